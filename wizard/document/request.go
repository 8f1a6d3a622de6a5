package document

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/plan"
	"example.org/todoku/wizard/words"
)

// letters returns the letters to whoever runs a forwarding server or a list.
func letters(in Input) []words.Letter {
	if in.DNS == nil || in.Catalog == nil || len(in.Plan.Detours) == 0 {
		return nil
	}
	return in.words().Letters(in.Plan, facts.Read(in.Answers, in.DNS, in.Catalog))
}

// Letters returns all letters for this result: first to those who alone can act, last to an agency that does for the
// owner what the owner could do.
func (in Input) Letters() []words.Letter {
	b := &builder{in: in, p: in.words()}
	out := append(letters(in), b.hostLetters()...)
	if in.mended() {
		return out
	}
	for _, make := range []func() (words.Letter, bool){b.dnsLetter, b.agencyLetter} {
		if l, ok := make(); ok {
			out = append(out, l)
		}
	}
	return out
}

// request returns the letters as text, each with recipient, subject and body.
func request(in Input) []byte { return letterFile(in, in.Letters()) }

// Letter returns the letter with a code as a file, and a good name for the file; ok is false where there is none.
func Letter(in Input, code string) (data []byte, name string, ok bool) {
	list := slices.DeleteFunc(in.Letters(), func(l words.Letter) bool { return l.Code != code })
	name = strings.TrimSuffix(FileName("request", in), ".txt") + "-" + code + ".txt"
	return letterFile(in, list), name, len(list) > 0
}

func letterFile(in Input, list []words.Letter) []byte {
	b := &builder{in: in, p: in.words()}
	switch {
	case len(list) == 0:
		b.say(b.t("request.nothing"))
	case len(list) > 1:
		b.say(b.t("request.several"))
	}
	for i, l := range list {
		if i > 0 || len(list) > 1 {
			b.add(block{kind: verbatim, text: strings.Repeat("-", 60)})
		}
		b.letter(l)
	}
	return text(b.blocks)
}

// letter adds one letter.
func (b *builder) letter(l words.Letter) {
	b.add(block{kind: table, rows: [][2]string{{b.t("request.to"), l.To}, {b.t("request.subject"), l.Subject}}})
	b.add(block{kind: verbatim, text: l.Body})
}

// requests adds to the summary the letters about forwards and lists; the other letters repeat what the summary says.
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

// changed is a change with its words.
type changed struct {
	plan.Change
	said words.Change
}

func (b *builder) changed() (out []changed) {
	for i, c := range b.p.Changes(b.in.Plan, b.in.Panel(), b.in.Zone(), b.in.Answers) {
		out = append(out, changed{b.in.Plan.Changes[i], c})
	}
	return out
}
