package words

import (
	"strconv"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/snapshot"
)

// Tags is a DMARC record or a DKIM key explained tag by tag.
type Tags struct {
	Said      []Said   // in the order written
	Unwritten []Said   // the defaults of missing tags
	Problems  []string // mistakes in the record
}

// The tags whose default is worth telling, in the order of their standards (RFC 9989 section 4.7, RFC 6376 section
// 3.6.1).
var (
	dmarcDefaults = []string{"p", "sp", "np", "rua", "adkim", "aspf", "t"}
	dkimDefaults  = []string{"p", "v", "k", "h", "s", "t"}
)

// shownKey is how many characters of a public key are shown beside its meaning; the record above shows it in full.
const shownKey = 20

// AloudDMARC explains a DMARC record tag by tag: what each means, which are obsolete, and the defaults of those that
// are missing.
func (p P) AloudDMARC(r dmarc.Record) Tags {
	var out Tags
	seen := map[string]bool{}
	for _, t := range r.Tags {
		name := strings.ToLower(t.Name)
		seen[name] = true
		out.Said = append(out.Said, Said{Term: snapshot.Printable(t.Name + "=" + t.Value), Text: p.tag("dmarc.say.", name, t.Value)})
	}
	out.Unwritten = p.unwritten("dmarc.default.", dmarcDefaults, seen)
	for _, x := range r.Problems {
		out.Problems = p.problem(out.Problems, "dmarc.problem."+x.Code, x.Text)
	}
	return out
}

// AloudDKIM explains a DKIM key record tag by tag. The key itself is described by its length.
func (p P) AloudDKIM(r dkim.Record) Tags {
	var out Tags
	seen := map[string]bool{}
	for _, t := range r.Tags {
		seen[t.Name] = true
		said := Said{Term: snapshot.Printable(t.Name + "=" + t.Value)}
		switch {
		case t.Name == "p":
			said.Text = p.key(r)
			if len(said.Term) > shownKey {
				said.Term = said.Term[:shownKey] + "..."
			}
		case t.Name == "s" && strings.Contains(t.Value, "*"):
			said.Text = p.t("dkim.say.s-any")
		case t.Name == "t":
			for _, f := range r.Flags {
				said.Text = p.Sentences(said.Text, p.tag("dkim.say.", "t", f))
			}
		default:
			said.Text = p.tag("dkim.say.", t.Name, t.Value)
		}
		out.Said = append(out.Said, said)
	}
	out.Unwritten = p.unwritten("dkim.default.", dkimDefaults, seen)
	for _, x := range r.Problems {
		out.Problems = p.problem(out.Problems, "dkim.problem."+x.Code, x.Text)
	}
	return out
}

// key words the p= tag of a DKIM key.
func (p P) key(r dkim.Record) string {
	switch {
	case r.Revoked:
		return p.t("dkim.say.p-empty")
	case r.Bits == 0:
		return p.t("dkim.say.p-broken")
	}
	return p.t("dkim.say.p", "bits", strconv.Itoa(r.Bits))
}

// tag words one tag, by its value if the value decides.
func (p P) tag(topic, name, value string) string {
	switch id := topic + name; {
	case p.Lang.Has(id + "-" + strings.ToLower(value)):
		return p.t(id + "-" + strings.ToLower(value))
	case p.Lang.Has(id):
		return p.t(id)
	case p.Lang.Has(topic + name + "-r"), p.Lang.Has(topic + name + "-none"), p.Lang.Has(topic + name + "-n"),
		p.Lang.Has(topic + name + "-rsa"), p.Lang.Has(topic + name + "-y"), p.Lang.Has(topic + name + "-any"):
		return p.t(topic + "unreadable")
	}
	return p.t(topic + "unknown")
}

// unwritten returns the defaults of missing tags.
func (p P) unwritten(topic string, names []string, seen map[string]bool) (out []Said) {
	for _, name := range names {
		if !seen[name] {
			out = append(out, Said{Term: name, Text: p.t(topic + name)})
		}
	}
	return out
}

// problem appends a mistake in words, with the piece that it is about. A mistake without words has no consequence, or
// is explained beside its tag, and is left out.
func (p P) problem(list []string, id, piece string) []string {
	if !p.Lang.Has(id) {
		return list
	}
	text := p.t(id)
	if piece = strings.TrimSpace(snapshot.Printable(piece)); piece != "" {
		text = piece + ": " + text
	}
	return append(list, text)
}
