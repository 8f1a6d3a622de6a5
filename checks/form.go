package checks

import (
	"example.org/todoku/checks/facts"
)

// The states of spf-form: whether the SPF record covers the website's server, and whether that server may deliver the
// domain's mail locally.
var (
	SiteCovered  = State{"site", "covered"}
	SiteLacking  = State{"site", "lacking"}
	SiteSame     = State{"site", "same"}   // it belongs to the mail host, and the record does not cover it
	SiteUnseen   = State{"site", "unseen"} // it is unknown who runs the website's server
	SiteDelivers = State{"delivers", "delivers"}
)

// SPFFormArgs are the arguments of spf-form.
type SPFFormArgs struct {
	Service Service
	Server  Name    // name or address of the website's server
	Host    Service // the company that runs it
	Term    Text    // the SPF term that covers it
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

// spfForm finds website forms, which send from the website's server with an envelope sender of that server unless they
// were set up to use SMTP. DNS shows the server but not the form, so the owner is asked.
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
