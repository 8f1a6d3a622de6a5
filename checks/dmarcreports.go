package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
)

var ruleDMARCNoReports = Rule{
	Code: DMARCNoReports, Severity: Advice, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Judge: dmarcNoReports,
}

// dmarcNoReports finds a policy without a mail address in rua=, so that the owner gets no reports: receivers report by mail only. An
// address that is there but unreadable is dmarc-report-broken.
func dmarcNoReports(in *facts.Facts) []Finding {
	p := in.Policy()
	web := slices.ContainsFunc(p.Record.Reports, func(r dmarc.Report) bool { return strings.HasPrefix(strings.ToLower(r.URI), "http") })
	if !p.Readable || slices.ContainsFunc(p.Record.Tags, func(t dmarc.Tag) bool { return strings.EqualFold(t.Name, "rua") && t.Value != "" }) && !(web && len(p.Record.Reports) == 1) {
		return nil
	}
	return one(Finding{Name: p.At, Evidence: policyEvidence(in)})
}

// reportFaults are the codes of package dmarc for mistakes in how a report address is written.
var reportFaults = []string{dmarc.NoMailto, dmarc.BadAddress, dmarc.BadSeparator, dmarc.Typographic, dmarc.FullWidth, dmarc.Quotes}

// tagNoMailbox is the problem of a report address whose domain takes no mail.
const tagNoMailbox = "no-mailbox"

var ruleDMARCReportBroken = Rule{
	Code: DMARCReportBroken, Severity: Harms, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Args:  PolicyPieceArgs{},
	Judge: dmarcReportBroken,
}

// dmarcReportBroken finds report addresses that cannot be used: written wrongly, or at a domain that takes no mail.
func dmarcReportBroken(in *facts.Facts) []Finding {
	out := policyProblems(in, func(p dmarc.Problem, tag string) bool {
		return slices.Contains(reportFaults, p.Code) && (tag == "rua" || tag == "ruf" || mailto(p.Text))
	})
	p := in.Policy()
	if !p.Readable || !p.Own {
		return nil
	}
	for _, host := range facts.ReportHosts(p.Record) {
		if host == in.Owner.Domain && (in.NullMX() || in.LacksMX()) {
			continue // mx-null and mx-missing report that
		}
		if none, seen := in.TakesNoMail(host); none {
			out = append(out, Finding{Name: p.At, Args: PolicyPieceArgs{Record(p.Record.Raw), Pieces{host}, tagNoMailbox},
				Evidence: facts.Evidence(in.DNS.TXT(p.At), seen)})
		}
	}
	return out
}

// DMARCReportRefusedArgs are the arguments of dmarc-report-refused.
type DMARCReportRefusedArgs struct {
	Host       Name // the domain that gets the reports
	Permission Name // the name of the record with which it would accept them
}

var ruleDMARCReportRefused = Rule{
	Code: DMARCReportRefused, Severity: Advice, RFC: "RFC 9990 section 4",
	After: after(),
	Args:  DMARCReportRefusedArgs{},
	Judge: dmarcReportRefused,
}

// dmarcReportRefused finds report addresses at another organization that has not agreed to receive the reports (RFC 9990
// section 4).
func dmarcReportRefused(in *facts.Facts) []Finding {
	p := in.Policy()
	if !p.Readable {
		return nil
	}
	domain := dnsname.PolicyDomain(p.At)
	var out []Finding
	for _, host := range facts.ReportHosts(p.Record) {
		if input.Registrable(host) == input.Registrable(domain) {
			continue
		}
		if none, _ := in.TakesNoMail(host); none {
			continue // dmarc-report-broken reports that
		}
		name := dnsname.ReportPermission(domain, host)
		a := in.DNS.TXT(name)
		if !a.Known() || slices.ContainsFunc(a.Data(), dmarc.Is) {
			continue
		}
		out = append(out, Finding{Name: name, Args: DMARCReportRefusedArgs{Name(host), Name(name)}, Evidence: facts.Evidence(a, in.DNS.TXT(p.At))})
	}
	return out
}
