package i18n

import (
	"fmt"
	"strings"
)

// template is a parsed text with placeholders. It supports the two constructs of text/template that texts need:
// {{.name}} and {{if eq .name "value"}}…{{else if eq .name "other"}}…{{else}}…{{end}}. A test compares it with
// text/template for every text.
type template []piece

// piece is a part of a text: literal text, a value, or a choice.
type piece struct {
	text string
	name string // of the value
	when []branch
}

// branch is one alternative of a choice: it applies if the named value equals value, or always if name is "".
type branch struct {
	name, value string
	then        template
}

// parse parses a text.
func parse(text string) (template, error) {
	p := &parser{rest: text}
	t, end, err := p.until()
	if err == nil && end != "" {
		err = fmt.Errorf("{{%s}} without {{if}}", end)
	}
	return t, err
}

type parser struct{ rest string }

// until parses up to an {{else}} or {{end}}, which it returns as end, or to the end of the text.
func (p *parser) until() (t template, end string, err error) {
	for p.rest != "" {
		before, rest, ok := strings.Cut(p.rest, "{{")
		if before != "" {
			t = append(t, piece{text: before})
		}
		if !ok {
			p.rest = ""
			break
		}
		action, rest, ok := strings.Cut(rest, "}}")
		if !ok {
			return nil, "", fmt.Errorf("{{ without }}")
		}
		p.rest = rest
		switch action = strings.TrimSpace(action); {
		case action == "end" || strings.HasPrefix(action, "else"):
			return t, action, nil
		case strings.HasPrefix(action, "if "):
			choice, err := p.choice(action)
			if err != nil {
				return nil, "", err
			}
			t = append(t, piece{when: choice})
		default:
			name, ok := field(action)
			if !ok {
				return nil, "", fmt.Errorf("{{%s}} is not understood", action)
			}
			t = append(t, piece{name: name})
		}
	}
	return t, "", nil
}

// choice parses the branches from an {{if}} to its {{end}}.
func (p *parser) choice(action string) (out []branch, err error) {
	for action != "end" {
		var b branch
		if action != "else" {
			condition, isIf := strings.CutPrefix(strings.TrimPrefix(action, "else "), "if eq ")
			name, value, _ := strings.Cut(condition, " ")
			var known, quoted bool
			b.name, known = field(name)
			b.value, quoted = unquoted(value)
			if !isIf || !known || !quoted {
				return nil, fmt.Errorf("{{%s}} is not understood", action)
			}
		}
		if b.then, action, err = p.until(); err != nil {
			return nil, err
		}
		if action == "" {
			return nil, fmt.Errorf("{{if}} without {{end}}")
		}
		out = append(out, b)
	}
	return out, nil
}

func field(action string) (string, bool) {
	name, ok := strings.CutPrefix(action, ".")
	return name, ok && name != "" && !strings.ContainsAny(name, " .|(")
}

func unquoted(value string) (string, bool) {
	inner, ok := strings.CutPrefix(strings.TrimSpace(value), `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	return inner, ok && closed && !strings.ContainsAny(inner, `"\`)
}

// fill writes the text with its values. A missing value is an error.
func (t template) fill(out *strings.Builder, values Args) error {
	for _, p := range t {
		switch {
		case p.name != "":
			v, ok := values[p.name]
			if !ok || v == nil {
				return fmt.Errorf("no value %q", p.name)
			}
			fmt.Fprint(out, v)
		case p.when == nil:
			out.WriteString(p.text)
		default:
			for _, b := range p.when {
				v, ok := values[b.name]
				if b.name != "" && !ok {
					return fmt.Errorf("no value %q", b.name)
				}
				if b.name == "" || plainly(v) == b.value {
					if err := b.then.fill(out, values); err != nil {
						return err
					}
					break
				}
			}
		}
	}
	return nil
}

// plainly returns a value without the marks around it.
func plainly(v any) string {
	return strings.Trim(fmt.Sprint(v), valueOpens+valueCloses)
}
