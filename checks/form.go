package checks

import (
	"example.org/todoku/checks/facts"
)

// The states of spf-form: whether the record lets the website's server pass, and whether that server may keep mail for
// itself.
var (
	SiteCovered  = State{"site", "covered"}
	SiteLacking  = State{"site", "lacking"}
	SiteSame     = State{"site", "same"}   // it is one of the mail host's, and the record lacks it
	SiteUnseen   = State{"site", "unseen"} // whose the website's address is, is not known
	SiteDelivers = State{"delivers", "delivers"}
)

// SPFFormArgs are the arguments of spf-form.
type SPFFormArgs struct {
	Service Service
	Server  Name    // of the website; or its address
	Host    Service // whose server that is
	Term    Text    // that would let it pass
	Domain  Name
}

var ruleSPFForm = Rule{
	Code: SPFForm, Severity: Unknown, RFC: rfcSPF + " section 2.4",
	After:   after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic),
	Aspects: []Aspect{{SiteCovered, SiteLacking, SiteSame, SiteUnseen}},
	Remarks: []State{SiteDelivers},
	Args:    SPFFormArgs{},
	Judge:   spfForm,
}

// spfForm: a form of the website sends from the website's server, in a return path of that server, unless it was set up to
// send by SMTP. DNS shows the server, and never the form.
func spfForm(in *facts.Facts) []Finding {
	var out []Finding
	for _, form := range in.Forms() {
		f := Finding{Args: SPFFormArgs{Service(form.Service), Name(form.Server), Service(form.Host), Text(form.Term), Name(in.Owner.Domain)},
			States: []State{SiteUnseen}, Evidence: form.Evidence}
		switch {
		case form.Known && form.Covered:
			f.States[0], f.Severity = SiteCovered, Advice
		case form.Known && form.Same:
			f.States[0] = SiteSame
		case form.Known:
			f.States[0] = SiteLacking
		}
		if form.Elsewhere {
			f.States = append(f.States, SiteDelivers)
		}
		out = append(out, f)
	}
	return out
}
