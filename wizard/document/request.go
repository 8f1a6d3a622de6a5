package document

import (
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/plan"
	"example.org/todoku/wizard/words"
)

// letters are those that go with what was found: to whoever runs a server that forwards, or a list.
func letters(in Input) []words.Letter {
	if in.DNS == nil || in.Catalog == nil || len(in.Plan.Detours) == 0 {
		return nil
	}
	return in.words().Letters(in.Plan, facts.Read(in.Answers, in.DNS, in.Catalog))
}

// Letters are all letters that go with what was found.
func (in Input) Letters() []words.Letter {
	b := &builder{in: in, p: in.words()}
	list := letters(in)
	if l, ok := b.dnsLetter(); ok {
		list = append(list, l)
	}
	return list
}

// request is the letters as text: to those who have to act, and to the company that serves the zone where there are records
// to be made. Each has whom it is for, its subject and its text.
func request(in Input) []byte {
	b := &builder{in: in, p: in.words()}
	list := in.Letters()
	if len(list) == 0 {
		b.say(b.t("request.nothing"))
	}
	for i, l := range list {
		if i > 0 {
			b.add(block{kind: verbatim, text: strings.Repeat("-", 60)})
		}
		b.letter(l)
	}
	return text(b.blocks)
}

// letter tells one letter.
func (b *builder) letter(l words.Letter) {
	b.add(block{kind: table, rows: [][2]string{{b.t("request.to"), l.To}, {b.t("request.subject"), l.Subject}}})
	b.add(block{kind: verbatim, text: l.Body})
}

// dnsLetter is the letter with the records of the plan; false where there are none that somebody else could make.
func (b *builder) dnsLetter() (words.Letter, bool) {
	var changes []string
	for i, c := range b.p.Changes(b.in.Plan, b.in.Panel(), b.in.Zone(), b.in.Answers) {
		x := b.in.Plan.Changes[i]
		if x.Value == "" && x.Action != plan.Remove {
			continue // its value is still to be fetched from a console
		}
		lines := []string{c.Title, "  " + b.t("request.name") + ": " + x.Name, "  " + b.t("request.type") + ": " + string(x.Type)}
		if x.Action != plan.Remove {
			lines = append(lines, "  "+b.t("request.value")+": "+c.Value)
		}
		for _, old := range c.Remove {
			lines = append(lines, "  "+b.t("request.remove")+": "+old)
		}
		changes = append(changes, strings.Join(lines, "\n"))
	}
	if len(changes) == 0 {
		return words.Letter{}, false
	}
	return b.p.DNSLetter(b.in.Answers.Domain, changes), true
}

// requests tells the letters in the summary.
func (b *builder) requests() {
	list := letters(b.in)
	if len(list) == 0 {
		return
	}
	b.title(2, b.t("heading.request"))
	for _, l := range list {
		b.letter(l)
	}
}
