package tui

import (
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// leastHost is the least width in cells for the name of the sending system.
const leastHost = 6

// picture draws the route of a mail, and marks where it breaks.
func (s diagnosis) picture(f Frame) []string {
	g := f.Glyphs
	you, check, gmail := f.T("pic.you"), f.T("pic.check"), f.T("pic.gmail")
	atDNS, atGmail := g.Arrow, g.Arrow
	switch {
	case s.any("dns-", "dnssec-", "zone-", "domain-"):
		atDNS = f.Styles.Bad.Render(g.Break)
	case s.refused(), s.stopped():
		atGmail = f.Styles.Bad.Render(g.Break)
	}
	host, below := s.sender(f)
	if stops := s.stops(); stops != nil && s.c.Answers().Route == owner.Forward && s.c.Answers().Forward.Mine != owner.Mine {
		gmail = cut(stops[1], max(8, f.W/4), g.Etc) + "  " + atGmail + "  " + gmail
		atGmail = g.Arrow
	} else if stops != nil { // forwarded by the owner's own server, or sent through a list
		you, host, below, gmail = stops[0], stops[1], "", cut(stops[2], max(8, f.W/4), g.Etc)
	}
	fixed := func() int {
		return 3 + width(you) + width(atDNS) + width(atGmail) + width(g.Arrow) + width(check) + width(gmail) + 12
	}
	if f.W-fixed()-1 < leastHost {
		check = f.T("pic.check-brief")
	}
	gmail = cut(gmail, max(8, width(gmail)+f.W-fixed()-1-leastHost), g.Etc)
	names := f.clippedTo(wrap(host, max(leastHost, f.W-fixed()-1)), below)
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
	for i, topic := range []string{"spf", "dkim", "dmarc"} {
		lead := strings.Repeat(" ", width(left))
		lead += cut(names[i], max(0, width(mid)-width(left)-1), g.Etc)
		mark, word := s.topic(f, topic)
		out = append(out, fill(lead, width(mid), "")+fill(strings.ToUpper(topic), 6, "")+mark+" "+cut(word, max(4, f.W-width(mid)-9), g.Etc))
	}
	return out
}

// clippedTo cuts a name to so many lines that the address below it has room beside the three authentication results.
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

// stops returns who writes, who passes the mail on, and where it ends; nil where the mail goes straight.
func (s diagnosis) stops() []string {
	if in := s.c.Result().In(); in != nil {
		return s.c.p().Route(in)
	}
	return nil
}

// stopped reports whether mail that is forwarded or goes through the list is refused.
func (s diagnosis) stopped() bool {
	return slices.ContainsFunc(s.c.Result().Findings, func(x checks.Finding) bool {
		return aboutRoute(x) && (x.Severity == checks.Blocks || x.Severity == checks.Harms || x.Code == checks.MailRefused)
	})
}

// sender returns the name of the sending system and, where known, its address: of several systems the one whose mail is
// refused.
func (s diagnosis) sender(f Frame) (name, addr string) {
	name = f.T("pic.server")
	id := ""
	for _, h := range s.c.Answers().Hosts {
		if e, ok := s.c.d.Catalog.Host(h.ID); ok {
			id, name, addr = h.ID, e.Name.In(string(f.Lang)), snapshot.Printable(h.Value)
			break
		}
	}
	if hit := s.hit(); hit != "" && hit != id {
		if other, _ := s.c.starts(hit, string(f.Lang)); other != "" {
			id, name, addr = hit, other, ""
		}
	}
	tries := slices.DeleteFunc(slices.Clone(s.c.Result().Plan.Tries), func(t plan.Try) bool { return t.From != id })
	if len(tries) == 0 && len(s.c.Answers().Hosts) < 2 {
		tries = s.c.Result().Plan.Tries
	}
	for _, t := range tries {
		if t.Before != "pass" {
			return name, snapshot.Printable(t.IP)
		}
	}
	if len(tries) > 0 {
		return name, snapshot.Printable(tries[0].IP)
	}
	return name, addr
}

// hit returns the first service whose mail the receiver in the picture treats worse than the others'; "" where all are
// treated alike.
func (s diagnosis) hit() string {
	if len(s.c.Outlook().Lines) == 0 || len(s.c.Outlook().Lines[0].Now.Services) == 0 {
		return ""
	}
	return s.c.Outlook().Lines[0].Now.Services[0]
}

func (s diagnosis) any(prefixes ...string) bool {
	for _, x := range s.c.Result().Findings {
		for _, p := range prefixes {
			if strings.HasPrefix(string(x.Code), p) && x.Severity != checks.Fine {
				return true
			}
		}
	}
	return false
}

// standing reports whether a topic's record (SPF, DKIM, DMARC) exists and is good.
func (s diagnosis) standing(topic string) bool {
	return slices.ContainsFunc(s.c.Result().Findings, func(x checks.Finding) bool {
		return x.Severity == checks.Fine && strings.HasPrefix(string(x.Code), topic+"-")
	})
}

// topic returns the state of SPF, DKIM or DMARC in a word, from the gravest finding about it.
func (s diagnosis) topic(f Frame, topic string) (mark, word string) {
	for _, x := range s.c.Result().Findings { // gravest first
		code := string(x.Code)
		if !strings.HasPrefix(code, topic+"-") {
			continue
		}
		m, _, style := f.severity(x.Severity)
		state := "bad"
		switch {
		case strings.HasSuffix(code, "-missing") && !strings.Contains(code, "sender"), strings.HasSuffix(code, "-not-found"):
			state = "missing"
			if s.standing(topic) {
				state = "some"
			}
		case x.Severity == checks.Unknown:
			state = "unknown"
		case x.Severity == checks.Fine, x.Severity == checks.Advice:
			state = "good"
		}
		return style.Render(m), f.T("pic." + state)
	}
	return f.Styles.Dim.Render(f.Glyphs.Ask), f.T("pic.unknown")
}
