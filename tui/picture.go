package tui

import (
	"strings"

	"todoku/checks"
	"todoku/checks/snapshot"
)

// picture draws the way of a mail, with the place marked at which it breaks.
func (s diagnosis) picture(f Frame) []string {
	g := f.Glyphs
	you, check, gmail := f.T("pic.you"), f.T("pic.check"), f.T("pic.gmail")
	atDNS, atGmail := g.Arrow, g.Arrow
	switch {
	case s.any("dns-", "dnssec-", "zone-", "domain-"):
		atDNS = f.Styles.Bad.Render(g.Break)
	case s.refused():
		atGmail = f.Styles.Bad.Render(g.Break)
	}
	host, below := s.sender(f)
	fixed := 3 + width(you) + width(atDNS) + width(atGmail) + width(g.Arrow) + width(check) + width(gmail) + 12
	host = cut(host, max(6, f.W-fixed-1), g.Etc)
	left := "   " + you + "  " + g.Arrow + "  "
	mid := left + host + "  " + atDNS + "  "
	out := []string{mid + check + "  " + atGmail + "  " + gmail}
	for i, topic := range []string{"spf", "dkim", "dmarc"} {
		lead := strings.Repeat(" ", width(left))
		if i == 0 {
			lead += cut(below, max(0, width(mid)-width(left)-1), g.Etc)
		}
		mark, word := s.topic(f, topic)
		out = append(out, fill(lead, width(mid), "")+fill(strings.ToUpper(topic), 6, "")+mark+" "+cut(word, max(4, f.W-width(mid)-9), g.Etc))
	}
	return out
}

// sender is the name of the system that sends, and its address where it is known.
func (s diagnosis) sender(f Frame) (name, addr string) {
	name = f.T("pic.server")
	for _, h := range s.c.ans.Hosts {
		if e, ok := s.c.d.Catalog.Host(h.ID); ok {
			name, addr = e.Name.In(string(f.Lang)), snapshot.Printable(h.Value)
			break
		}
	}
	for _, t := range s.c.plan.Tries {
		return name, snapshot.Printable(t.IP)
	}
	return name, addr
}

func (s diagnosis) any(prefixes ...string) bool {
	for _, x := range s.c.found {
		for _, p := range prefixes {
			if strings.HasPrefix(string(x.Code), p) && x.Severity != checks.Fine {
				return true
			}
		}
	}
	return false
}

// topic is how one of the three proofs stands: the gravest finding about it, in a word.
func (s diagnosis) topic(f Frame, topic string) (mark, word string) {
	for _, x := range s.c.found { // gravest first
		code := string(x.Code)
		if !strings.HasPrefix(code, topic+"-") {
			continue
		}
		m, _, style := f.severity(x.Severity)
		state := "bad"
		switch {
		case strings.HasSuffix(code, "-missing") && !strings.Contains(code, "sender"), strings.HasSuffix(code, "-not-found"):
			state = "missing"
		case x.Severity == checks.Unknown:
			state = "unknown"
		case x.Severity == checks.Fine, x.Severity == checks.Advice:
			state = "good"
		}
		return style.Render(m), f.T("pic." + state)
	}
	return f.Styles.Dim.Render(f.Glyphs.Ask), f.T("pic.unknown")
}
