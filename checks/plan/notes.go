package plan

import (
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
)

// serviceNotes returns notes about the services whose terms were added: that the catalogue's value is unconfirmed, or
// that an SPF pass does not count for DMARC because the service uses an envelope sender of its own (RFC 9989 section
// 5.1).
func serviceNotes(in *facts.Facts, added []string) []Note {
	var out []Note
	note := func(code NoteCode, service, term string) {
		n := Note{Code: code, Args: map[string]string{"service": service, "term": term}}
		if !slices.ContainsFunc(out, func(m Note) bool { return m.Code == code && m.Args["service"] == service }) {
			out = append(out, n)
		}
	}
	for _, t := range in.Terms() {
		if t.Usual || !slices.Contains(added, t.Text) || t.Service == owner.FromOwner {
			continue
		}
		if h, ok := in.Catalog.Host(t.Service); ok {
			if h.Conf["spf"].Soft() {
				note(NoteSPFUnconfirmed, t.Service, t.Text)
			}
			continue
		}
		s, ok := in.Catalog.Sender(t.Service)
		if !ok {
			continue
		}
		if s.Conf["spf"].Soft() {
			note(NoteSPFUnconfirmed, t.Service, t.Text)
		}
		if code := alignNotes[s.Align]; code != "" && s.DKIM.Can.Signs() {
			note(code, t.Service, t.Text)
		}
	}
	return out
}

// alignNotes are the notes for services whose SPF pass does not align, or only after a setting in their console.
var alignNotes = map[catalog.Alignment]NoteCode{catalog.AlignNever: NoteSPFUnaligned, catalog.AlignCustom: NoteSPFAlignedByConsole}
