package words

import (
	"slices"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
)

// Way is one of the owner's choices for an SPF record that is too big, in words.
type Way struct {
	Text    string
	Value   string   // the record as it would be
	Checked []string // what was proved about it
	Take    owner.SPFChoice
}

// Takeable reports whether the owner can take this choice here and now; otherwise something must be done elsewhere
// first.
func (w Way) Takeable() bool { return len(w.Take.Drop)+len(w.Take.Flatten) > 0 }

// Ways words the owner's choices, the mildest first.
func (p P) Ways(pl plan.Plan) []Way {
	var out []Way
	for _, w := range pl.Ways {
		out = append(out, Way{
			Text: p.note("plan.way."+w.Code, w.Args), Value: w.Value, Take: w.Take,
			Checked: p.proved(w.Tries, w.Lookups),
		})
	}
	return out
}

// Tries words how SPF judges the mail of every known sending address, if nothing is changed.
func (p P) Tries(pl plan.Plan) []string {
	var out []string
	for _, t := range pl.Tries {
		out = append(out, p.t("words.try.now", "ip", t.IP, "from", p.service(t.From), "result", p.spfResult(t.Before)))
	}
	return out
}

// Mended reports whether a plan changes the domain's own SPF record.
func Mended(pl plan.Plan, domain string) bool {
	return slices.ContainsFunc(pl.Changes, func(c plan.Change) bool { return mends(c, domain) })
}

func mends(c plan.Change, domain string) bool {
	return kindOf(c) == kindSPF && c.Action != plan.Remove && (c.Name == domain || domain == "")
}

// spfResult words an SPF result (RFC 7208 section 2.6) with its meaning.
func (p P) spfResult(result string) string {
	if id := "words.spf-result." + result; p.Lang.Has(id) {
		return p.t(id)
	}
	return result
}

// proved words tries: whose mail will pass SPF and how it ends now, and what the record costs.
func (p P) proved(tries []plan.Try, lookups int) []string {
	if slices.ContainsFunc(tries, func(t plan.Try) bool { return t.After == string(spf.PermError) }) {
		return nil // receivers cannot evaluate the record
	}
	var out []string
	for _, t := range tries {
		id := "words.try.else"
		switch {
		case t.After == "pass" && t.Before == "pass":
			id = "words.try.still"
		case t.After == "pass":
			id = "words.try.pass"
		}
		out = append(out, p.t(id, "ip", t.IP, "from", p.service(t.From), "before", p.spfResult(t.Before), "after", p.spfResult(t.After)))
	}
	if lookups > 0 {
		out = append(out, p.Lang.T("words.try.lookups", i18n.Args{"lookups": lookups}))
	}
	return out
}
