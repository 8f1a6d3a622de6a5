package lab

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"example.org/todoku/checks/snapshot"
)

// Mistake is a mistake with which records are published.
type Mistake string

// The mistakes that owners commonly make.
const (
	Typo    Mistake = "typo"    // two letters of the value are swapped
	Doubled Mistake = "doubled" // the full name in a field that appends the zone
	Panel   Mistake = "panel"   // at servers that the zone is not delegated to
	Second  Mistake = "second"  // a second record of the same kind beside the right one
	Quotes  Mistake = "quotes"  // curly quotation marks, as a word processor makes them
)

// Mistakes returns the mistakes possible in this story; Panel only if the story has another panel.
func (n *Internet) Mistakes() []Mistake {
	out := []Mistake{Typo, Doubled, Second, Quotes}
	if len(n.elsewhere()) > 0 {
		out = append(out, Panel)
	}
	return out
}

// elsewhere returns hosts that hold a zone of the owner's without being delegated to.
func (n *Internet) elsewhere() []string {
	for _, z := range n.zones {
		if z.hidden && z.own {
			return z.text.hosts
		}
	}
	return nil
}

// PublishWrong publishes the edits with a mistake. PublishRight corrects it.
func (n *Internet) PublishWrong(m Mistake, edits []snapshot.Edit) error {
	if m == Panel {
		hosts := n.elsewhere()
		if len(hosts) == 0 {
			return fmt.Errorf("there is no other panel in this story")
		}
		return n.PublishAt(hosts[0], edits)
	}
	out, err := n.spoiled(m, edits)
	if err != nil {
		return err
	}
	n.publishMu.Lock()
	for _, e := range out {
		n.spoilt = append(n.spoilt, snapshot.Edit{Name: e.Name, Type: e.Type, TTL: e.TTL, Remove: e.Add})
	}
	n.publishMu.Unlock()
	return n.Publish(out)
}

// PublishRight undoes what PublishWrong has published, and publishes the edits.
func (n *Internet) PublishRight(edits []snapshot.Edit) error {
	n.publishMu.Lock()
	undo := n.spoilt
	n.spoilt = nil
	n.publishMu.Unlock()
	if err := n.Publish(undo); err != nil {
		return err
	}
	return n.Publish(edits)
}

// spoiled returns the edits with the mistake in them.
func (n *Internet) spoiled(m Mistake, edits []snapshot.Edit) ([]snapshot.Edit, error) {
	var out []snapshot.Edit
	for _, e := range edits {
		if len(e.Add) == 0 {
			out = append(out, e)
			continue
		}
		zones, err := n.owners(canon(e.Name))
		if err != nil {
			return nil, err
		}
		wrong := e
		wrong.Add = nil
		for _, v := range e.Add {
			switch m {
			case Typo:
				wrong.Add = append(wrong.Add, mistyped(v))
			case Second:
				wrong.Add = append(wrong.Add, v, mistyped(v))
			case Quotes:
				wrong.Add = append(wrong.Add, "\u201c"+v+"\u201d")
			case Doubled:
				wrong.Add, wrong.Name, wrong.Remove = append(wrong.Add, v), canon(e.Name)+"."+zones[0].name, nil
			default:
				return nil, fmt.Errorf("the lab knows no mistake %q", m)
			}
		}
		if e.Type == snapshot.CNAME && m == Second {
			wrong.Add = wrong.Add[1:] // a name has at most one alias (RFC 1034 section 3.6.2)
		}
		if e.Type != snapshot.TXT && m == Quotes {
			continue // panels accept no quotation marks in a host name
		}
		out = append(out, wrong)
	}
	return out, nil
}

// mistyped swaps two different neighbouring letters in the second half of a value, so that its kind stays recognisable.
func mistyped(v string) string {
	b := []byte(v)
	for i := len(b) / 2; i+1 < len(b); i++ {
		if isLetter(b[i]) && isLetter(b[i+1]) && !strings.EqualFold(string(b[i]), string(b[i+1])) {
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
	return v + "x"
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// zoneLine matches a TXT record as a console shows it, with its name in front.
var zoneLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\S+?)\.?\s+(?:\d+\s+)?IN\s+TXT\s+(v=DKIM1\S*.*)$`) })

// Record parses a record that a console shows as a zone file line; ok is false if the text has no name.
func Record(text string) (e snapshot.Edit, ok bool) {
	m := zoneLine().FindStringSubmatch(text)
	if m == nil {
		return snapshot.Edit{}, false
	}
	return snapshot.Edit{Name: m[1], Type: snapshot.TXT, Add: []string{m[2]}, TTL: 3600}, true
}
