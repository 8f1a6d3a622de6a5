package document

import (
	"strconv"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/words"
)

// undo writes the undo sheet: what existed before each change, ready to be typed again.
func undo(in Input) []byte {
	b := &builder{in: in, p: in.words()}
	b.title(1, b.t("undo.title", "domain", in.domain()))
	if in.Practice != "" {
		b.say(b.t("practice", "story", in.Practice))
	}
	if !b.undos(2) {
		b.say(b.t("undo.nothing"))
	}
	b.add(block{kind: paragraph, text: b.t("foot", "program", in.Program)})
	return text(b.blocks)
}

// undos adds how each change is undone; false where there is none.
func (b *builder) undos(level int) bool {
	list := b.in.undos(b.p)
	if len(list) == 0 {
		return false
	}
	b.say(b.undoLead())
	for i, u := range list {
		b.title(level, strconv.Itoa(i+1)+". "+b.t("undo.of", "title", u.Title))
		b.say(u.Text)
		for j, fields := range u.Rows {
			var rows [][2]string
			var code []bool
			if j == 0 {
				rows, code = append(rows, [2]string{b.t("label.panel"), u.Panel}), append(code, false)
			}
			for _, f := range fields {
				rows, code = append(rows, [2]string{f.Label, f.Value}), append(code, !f.Empty)
			}
			b.add(block{kind: table, rows: rows, code: code})
		}
		if u.Odd {
			b.say(b.t("undo.odd"))
		}
	}
	return true
}

// undone adds the undo sheet to the summary.
func (b *builder) undone() {
	if len(b.in.Plan.Changes) > 0 {
		b.title(2, b.t("heading.undo"))
		b.undos(3)
	}
}

// undoLead says when the old values were read, and in which order to undo.
func (b *builder) undoLead() string {
	if b.in.DNS == nil || b.in.DNS.Taken.IsZero() {
		return b.t("undo.order")
	}
	return b.p.Sentences(b.t("undo.seen", "date", b.in.DNS.Taken.Format(dateForm)), b.t("undo.order"))
}

// undos words how the plan is undone.
func (in Input) undos(p words.P) []words.Undo {
	return p.Undos(in.Plan, in.Panel(), in.Zone(), in.Answers, in.stoodFor)
}

// stoodFor returns the TTL of a record's value in seconds, as its authoritative server said; 0 where none did.
func (in Input) stoodFor(c plan.Change, value string) uint32 {
	if in.DNS == nil {
		return 0
	}
	for _, a := range in.DNS.Answers {
		if a.Name != c.Name || a.Type != c.Type || a.Via != snapshot.Authority && a.Via != snapshot.Server {
			continue
		}
		for _, r := range a.Records {
			if r.Data == value {
				return r.TTL
			}
		}
	}
	return 0
}
