package tui

import (
	"slices"
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
	gmail := cut(pic.Stops[last].Name, max(8, f.W/4), g.Etc)
	if last > 3 {
		gmail = cut(pic.Stops[3].Name, max(8, f.W/4), g.Etc) + "  " + s.link(f, pic.Links[3]) + "  " + gmail
	}
	fixed := func() int {
		return 3 + width(you) + width(atDNS) + width(atGmail) + width(g.Arrow) + width(check) + width(gmail) + 12
	}
	if f.W-fixed()-1 < leastHost {
		check = f.T("pic.check-brief")
	}
	gmail = cut(gmail, max(8, width(gmail)+f.W-fixed()-1-leastHost), g.Etc)
	room := max(leastHost, f.W-fixed()-1)
	names := f.clippedTo(f.noLoneSlash(wrap(host, room), room), below)
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

// noLoneSlash puts a slash that wrapping left alone on a line before the name that follows, cut to w cells.
func (f Frame) noLoneSlash(lines []string, w int) []string {
	if i := slices.Index(lines, "/"); i >= 0 && i+1 < len(lines) {
		lines[i+1] = cut("/ "+lines[i+1], w, f.Glyphs.Etc)
		return slices.Delete(lines, i, i+1)
	}
	return lines
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
