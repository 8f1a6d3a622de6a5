package tui

import (
	"strings"

	"example.org/todoku/wizard/words"
)

// leastHost is the least width in cells for the name of the sending system.
const leastHost = 6

// picture draws the route of a mail, and marks where it breaks.
func (s diagnosis) picture(f Frame) []string {
	g := f.Glyphs
	r := s.c.Result()
	if r.In() == nil {
		return nil
	}
	pic := s.c.p().Picture(words.Scene{In: r.In(), Findings: r.Findings, Plan: r.Plan, Forecast: s.c.Outlook()})
	you, host, below, check := pic.Stops[0].Name, pic.Stops[1].Name, pic.Stops[1].Below, pic.Stops[2].Name
	atDNS, atGmail, last := s.link(f, pic.Links[1]), s.link(f, pic.Links[2]), len(pic.Stops)-1
	gmail := f.end(pic.Stops[last].Name)
	if last > 3 {
		gmail = f.end(pic.Stops[3].Name) + "  " + s.link(f, pic.Links[3]) + "  " + gmail
	}
	fixed := func() int {
		return 3 + width(you) + width(atDNS) + width(atGmail) + width(g.Arrow) + width(check) + width(gmail) + 12
	}
	if f.W-fixed()-1 < max(leastHost, longestPart(host)) {
		check = f.T("pic.check-brief")
	}
	gmail = cut(gmail, max(8, width(gmail)+f.W-fixed()-1-leastHost), g.Etc)
	room := max(leastHost, f.W-fixed()-1)
	names := f.clippedTo(stop(host, room), below)
	host = names[0]
	for _, l := range names {
		if width(l) > width(host) {
			host = fill(host, width(l), "")
		}
	}
	names = append(names[1:], below, "", "")
	left := "   " + you + "  " + g.Arrow + "  "
	mid := left + host + "  " + atDNS + "  "
	out := []string{mid + check + "  " + atGmail + "  " + gmail}
	for i, proof := range pic.Proofs {
		lead := strings.Repeat(" ", width(left))
		lead += cut(names[i], max(0, width(mid)-width(left)-1), g.Etc)
		mark, _, style := f.severity(proof.Severity)
		out = append(out, fill(lead, width(mid), "")+fill(proof.Name, 6, "")+style.Render(mark)+" "+cut(f.T("pic."+string(proof.State)), max(4, f.W-width(mid)-9), g.Etc))
	}
	return out
}

// link draws the arrow from one stop to the next.
func (s diagnosis) link(f Frame, l words.Link) string {
	switch l {
	case words.LinkBroken:
		return f.Styles.Bad.Render(f.Glyphs.Break)
	case words.LinkUnknown:
		return f.Styles.Warn.Render(f.Glyphs.Doubt)
	}
	return f.Glyphs.Arrow
}

// end draws the name of a stop behind DNS. Of an address that is too long only the domain is drawn: the whole address
// stands where the mail in hand is described.
func (f Frame) end(name string) string {
	room := max(8, f.W/4)
	if _, domain, ok := strings.Cut(name, "@"); ok && width(name) > room {
		name = domain
	}
	return cut(name, room, f.Glyphs.Etc)
}

// longestPart returns the cells of the longest part of an address that is not broken; 0 for any other name.
func longestPart(name string) (most int) {
	if !strings.Contains(name, "@") {
		return 0
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '@' || r == '.' }) {
		most = max(most, width(part)+1)
	}
	return most
}

// stop breaks the name of the sending system into lines of w cells: an address behind its @ and before its dots. Of two
// names with a slash between them that do not fit one line the first is enough.
func stop(name string, w int) []string {
	if width(name) > w {
		name, _, _ = strings.Cut(name, " / ")
	}
	if strings.Contains(name, "@") && !strings.Contains(name, " ") {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "@", "@\n"), ".", "\n.")
	}
	var out []string
	joins := false // the last line may be continued: the break was one of an address
	for part := range strings.SplitSeq(name, "\n") {
		if n := len(out); joins && width(out[n-1])+width(part) <= w {
			out[n-1] += part
			continue
		}
		out, joins = append(out, wrap(part, w)...), true
	}
	return out
}

// clippedTo leaves of a name so many lines that its address has room below it, beside the three proofs.
func (f Frame) clippedTo(lines []string, below string) []string {
	most := 4
	if below != "" {
		most = 3
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = cut(lines[most-1], max(1, width(lines[0])-width(f.Glyphs.Etc)), "") + f.Glyphs.Etc
	}
	return lines
}
