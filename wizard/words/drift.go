package words

import (
	"slices"
	"strings"

	"example.org/todoku/checks/drift"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/snapshot"
)

// Changed words a changed record. Long values are cut.
func (p P) Changed(c drift.Change) string {
	return strings.TrimSpace(p.t("guard.change."+string(c.Act), "what", p.t("guard.kind."+string(c.Kind)), "name", c.Name, "gone", p.values(c.Gone), "come", p.values(c.Come)))
}

// PutBack returns the mail records that existed before and no longer do, as uncut lines of name, type and value.
func (p P) PutBack(list []drift.Change) (out []string) {
	for _, c := range list {
		if !slices.Contains([]drift.Kind{drift.SPF, drift.DKIM, drift.DMARC, drift.MX}, c.Kind) || c.Act == drift.Come || c.Stands {
			continue
		}
		typ := "TXT"
		if c.Kind == drift.MX {
			typ = "MX"
		}
		for _, v := range c.Was {
			if target, alias := strings.CutPrefix(v, "CNAME "); alias {
				out = append(out, snapshot.Printable(c.Name+" CNAME "+target))
				continue
			}
			out = append(out, snapshot.Printable(c.Name+" "+typ+" "+v))
		}
	}
	return out
}

// shownValue is how many characters of a value are shown.
const shownValue = 60

func (p P) values(list []string) string {
	var out []string
	for _, v := range list {
		if r := []rune(v); len(r) > shownValue {
			v = string(r[:shownValue]) + "..."
		}
		out = append(out, v)
	}
	return p.list(out...)
}

// Lost words what got worse without being a fault.
func (p P) Lost(l drift.Loss) string {
	args := []string{"was", "", "is", "", "address", "", "until", "", "selector", ""}
	for k, v := range l.Args {
		args = append(args, k, v)
	}
	return p.t("guard.loss."+l.Code, args...)
}

// Lapsed words a missing key that may or may not still be used, and how to find out.
func (p P) Lapsed(l drift.Lapse, domain string) (what, do string) {
	service := ""
	if l.Service != "" {
		service = p.service(l.Service)
	}
	args := []string{"name", l.Name, "selector", l.Selector, "service", service, "domain", domain}
	return p.t("guard.lapse.what", args...), p.t("guard.lapse.do", args...)
}

// Fallen says which receivers treat the mail worse than before, grouped by outcome.
func (p P) Fallen(list []drift.Fall) (out []string) {
	var order []forecast.Outcome
	by := map[forecast.Outcome][]string{}
	for _, f := range list {
		if !slices.Contains(order, f.Now.Outcome) {
			order = append(order, f.Now.Outcome)
		}
		by[f.Now.Outcome] = append(by[f.Now.Outcome], p.t("guard.receiver", "receiver", p.Receiver(f.Receiver), "code", f.Now.Code))
	}
	for _, o := range order {
		out = append(out, p.t("guard.fallen."+string(o), "receivers", p.list(by[o]...)))
	}
	return out
}

// Culprit words who probably did it, and why.
func (p P) Culprit(c drift.Clue) string {
	args := []string{"panel", "", "service", "", "record", "", "name", "", "target", "", "server", "", "servers", "", "was", "", "is", "", "kind", ""}
	for k, v := range c.Args {
		switch {
		case k == "panel" && v != "":
			v = p.panelName(v)
		case k == "service" && v != "":
			v = p.service(v)
		case k == "servers" || k == "was":
			v = strings.ReplaceAll(v, ", ", p.t("words.list"))
		}
		args = append(args, k, v)
	}
	return p.t("guard.by."+c.Code, args...)
}
