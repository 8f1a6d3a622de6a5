package checks

import (
	"slices"
	"strings"

	"todoku/checks/dmarc"
	"todoku/checks/input"
	"todoku/checks/snapshot"
)

// dmarcNoReports: nobody hears who sends in the domain's name. Where an address is there but cannot be read, that is
// said by dmarc-report-broken.
func dmarcNoReports(in In) []Finding {
	at, r, ok := usable(in)
	if !ok || slices.ContainsFunc(r.Tags, func(t dmarc.Tag) bool { return strings.EqualFold(t.Name, "rua") }) {
		return nil
	}
	return one(Finding{Name: at, Evidence: evidence(in.DNS.TXT(at))})
}

// reportFaults are the mistakes of a report address as written.
var reportFaults = []string{dmarc.NoMailto, dmarc.BadAddress, dmarc.BadSeparator, dmarc.Typographic, dmarc.FullWidth, dmarc.Quotes}

// dmarcReportBroken: reports cannot be sent, for the address is written wrongly, or its domain takes no mail.
func dmarcReportBroken(in In) []Finding {
	out := marks(in, func(p dmarc.Problem, tag string) bool {
		return slices.Contains(reportFaults, p.Code) && (tag == "rua" || tag == "ruf" || mailto(p.Text))
	})
	at, r, ok := ownRecord(in)
	if !ok {
		return nil
	}
	for _, host := range reportHosts(r) {
		if host == in.Answers.Domain && (NullMX(in) || len(mxMissing(in)) > 0) {
			continue // that it takes no mail is a finding of its own
		}
		if deaf, seen := takesNoMail(in, host); deaf {
			out = append(out, Finding{Name: at, Args: Args{"record": r.Raw, "piece": host, "problem": "no-mailbox"}, Evidence: evidence(in.DNS.TXT(at), seen)})
		}
	}
	return out
}

// reportHosts are the domains of the mailboxes that get reports, each once.
func reportHosts(r dmarc.Record) []string {
	var out []string
	for _, u := range slices.Concat(r.Reports, r.Failures) {
		if u.Host != "" && !slices.Contains(out, u.Host) {
			out = append(out, u.Host)
		}
	}
	return out
}

// takesNoMail reports whether a domain is known to take no mail: it does not exist, says so with a null MX (RFC 7505), or
// has neither MX nor address (RFC 5321 section 5.1).
func takesNoMail(in In, host string) (deaf bool, seen snapshot.Answer) {
	mx := in.DNS.Get(host, snapshot.MX)
	switch {
	case mx.Status == snapshot.NXDomain:
		return true, mx
	case len(mx.Records) == 1 && (mx.Records[0].Data == "" || mx.Records[0].Data == "."):
		return true, mx
	}
	return mx.Absent() && in.DNS.Get(host, snapshot.A).Absent() && in.DNS.Get(host, snapshot.AAAA).Absent(), mx
}

// dmarcReportRefused: reports to another organisation go only where that has allowed it (RFC 9990 section 4).
func dmarcReportRefused(in In) []Finding {
	at, r, ok := usable(in)
	if !ok {
		return nil
	}
	domain := strings.TrimPrefix(at, "_dmarc.")
	var out []Finding
	for _, host := range reportHosts(r) {
		if input.Registrable(host) == input.Registrable(domain) {
			continue
		}
		if deaf, _ := takesNoMail(in, host); deaf {
			continue // said already
		}
		name := dmarc.ReportPermission(domain, host)
		a := in.DNS.TXT(name)
		if !a.Known() || slices.ContainsFunc(a.Data(), dmarc.Is) {
			continue
		}
		out = append(out, Finding{Name: name, Args: Args{"host": host, "permission": name}, Evidence: evidence(a, in.DNS.TXT(at))})
	}
	return out
}
