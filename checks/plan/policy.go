package plan

import (
	"slices"
	"strconv"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// policyFaults returns the findings that a new DMARC record fixes. Advice is left out, since it is no reason to change a
// working record.
func policyFaults(found []checks.Finding, domain string) []checks.Code {
	worth := slices.DeleteFunc(slices.Clone(found), func(f checks.Finding) bool {
		return f.Severity == checks.Advice || f.Severity == checks.Unknown || f.Code == checks.DMARCAlignment && f.Name != dnsname.Policy(domain)
	})
	return codes(worth, checks.DMARCMissing, checks.DMARCMultiple, checks.DMARCSyntax, checks.DMARCMisplaced, checks.DMARCStrict,
		checks.DMARCTagCase, checks.DMARCPct, checks.DMARCReportBroken, checks.DMARCAlignment)
}

// dmarcChanges makes one readable policy. A new one only monitors (p=none). before is the plan so far. A strict policy
// that would reject the owner's own mail is relaxed, with a note.
func dmarcChanges(in *facts.Facts, found []checks.Finding, before Plan) []Change {
	because := policyFaults(found, in.Owner.Domain)
	name := dnsname.Policy(in.Owner.Domain)
	a := in.DNS.TXT(name)
	target, typed := in.TypedTarget(name)
	if len(because) == 0 || typed && !in.DNS.TXT(target).Absent() {
		return nil
	}
	old, kept, notes := policyThere(in, a)
	c := Change{Action: Add, Name: name, Type: snapshot.TXT, TTL: ttl(a), Because: because}
	switch {
	case kept.Policy == "":
		kept = dmarc.Parse(fresh(in)).Take(kept)
		if moved, said := movedPolicy(in, found); moved != "" {
			kept, notes = dmarc.Parse(moved), said
		}
	case in.Owner.ReportTo != "" && !hasReportAddress(in, kept) && (!readable(a) || slices.Contains(because, checks.DMARCReportBroken)):
		notes = append(notes, Note{Code: NoteReportToYou, Args: map[string]string{"address": in.Owner.ReportTo}})
		kept.Reports = dmarc.Parse(fresh(in)).Reports
	}
	if slices.Contains(because, checks.DMARCAlignment) {
		kept.DKIMAlign, kept.SPFAlign = "", ""
		notes = append(notes, Note{Code: NoteAlignmentRelaxed})
	}
	relaxed := rejectingPolicy(in, found, before)
	if relaxed != "" && strictness[kept.Policy] > 0 {
		kept.Policy = "none"
		notes = append(notes, Note{Code: NotePolicyRelaxed, Args: map[string]string{"policy": relaxed}})
	} else if relaxed != "" {
		notes = append(notes, Note{Code: NotePolicyOwn, Args: map[string]string{"policy": relaxed}})
	} else if len(old) > 0 && !slices.ContainsFunc(notes, func(n Note) bool { return n.Args["policy"] != "" }) {
		code := NotePolicyKept
		if !readable(a) {
			code = NotePolicyMended
		}
		notes = append(notes, Note{Code: code, Args: map[string]string{"policy": kept.Policy}})
	}
	if kept.Policy == "none" { // the note is about a stricter policy
		notes = slices.DeleteFunc(notes, func(n Note) bool { return n.Code == NotePctDropped })
	}
	c.Value, c.Notes = kept.String(), append(notes, reportNotes(in, kept)...)
	if in.FromWildcard(a) {
		return []Change{c} // the old texts come from a wildcard and are not at the name itself
	}
	if len(old) == 0 {
		return []Change{c}
	}
	c.Action, c.Old = Replace, old[:1]
	out := []Change{c}
	if c.Value == old[0] {
		out = nil // the first record stays, the others go
	}
	for _, v := range old[1:] {
		out = append(out, Change{Action: Remove, Name: name, Type: snapshot.TXT, TTL: ttl(a), Old: []string{v}, Because: because, Notes: []Note{{Code: NoteOnePolicyOnly}}})
	}
	return out
}

// policyThere reads the existing texts that are, or were meant to be, policies. It returns the texts, the policy to
// continue with, and notes. A strict policy that no receiver could read was not in force and becomes p=none.
func policyThere(in *facts.Facts, a snapshot.Answer) (old []string, kept dmarc.Record, notes []Note) {
	joined := false
	for _, v := range a.Data() {
		if dmarc.Is(v) || dmarc.Resembles(v) {
			old = append(old, v)
		}
	}
	for _, v := range old {
		r := dmarc.Parse(v)
		if list := r.Joined(); len(list.Reports)+len(list.Failures) > len(r.Reports)+len(r.Failures) {
			r = list
			joined = true
		}
		works := inForce(r)
		if !works || slices.ContainsFunc(r.Problems, func(p dmarc.Problem) bool { return p.Code == dmarc.BadSeparator }) {
			r = dmarc.Mend(v)
		}
		note := func(code NoteCode) {
			args := map[string]string{"policy": r.Policy}
			if r.Percent != nil {
				args["percent"] = strconv.Itoa(*r.Percent)
			}
			notes = append(notes, Note{Code: code, Args: args})
		}
		switch strict := strictness[r.Policy] > 0; {
		case !works && strict:
			note(NotePolicyWasDead)
			r.Policy = "none"
		case r.Percent != nil && *r.Percent == 0 && strict:
			note(NotePctZero)
			r.Policy = "none"
		case r.Percent != nil && *r.Percent < 100 && strict:
			note(NotePctDropped)
		}
		if r.Policy == "" {
			r.Policy = "none" // what receivers assume (RFC 9989 section 4.7)
		}
		kept = milder(kept, r)
	}
	for _, v := range a.Data() {
		if piece, ok := dmarc.Stray(v); ok && !slices.Contains(old, v) {
			old, kept, joined = append(old, v), kept.Take(piece), joined || len(piece.Reports)+len(piece.Failures) > 0
		}
	}
	if joined {
		notes = append(notes, Note{Code: NoteReportsJoined})
	}
	return old, kept, notes
}

// hasReportAddress reports whether a policy has a report address whose domain may accept mail.
func hasReportAddress(in *facts.Facts, r dmarc.Record) bool {
	return slices.ContainsFunc(r.Reports, func(u dmarc.Report) bool {
		if u.Address == "" {
			return false
		}
		mx := in.DNS.Get(u.Host, snapshot.MX)
		return !mx.Absent() || len(in.DNS.Get(u.Host, snapshot.A).Records) > 0
	})
}

// rejectingPolicy returns the policy that rejects or quarantines the owner's own mail: today if it is certain that no mail
// passes, else after the changes before. It returns "" if mail passes.
func rejectingPolicy(in *facts.Facts, found []checks.Finding, before Plan) string {
	strict := func(list []checks.Finding) (checks.Finding, bool) {
		i := slices.IndexFunc(list, func(f checks.Finding) bool {
			return f.Code == checks.DMARCStrict && f.Severity != checks.Advice && f.Severity != checks.Unknown
		})
		if i < 0 {
			return checks.Finding{}, false
		}
		return list[i], true
	}
	f, ok := strict(found)
	if ok && !f.Is(checks.KeyNone) {
		later := in.WithDNS(in.DNS.With(before.Edits()))
		f, ok = strict(checks.Diagnose(later))
	}
	if !ok {
		return ""
	}
	if f.Is(checks.StrictReject) {
		return "reject"
	}
	return "quarantine"
}

// readable reports whether receivers can read one of the policies today.
func readable(a snapshot.Answer) bool {
	return slices.ContainsFunc(a.Data(), func(v string) bool { return dmarc.Is(v) && inForce(dmarc.Parse(v)) })
}

// inForce reports whether receivers apply the policy as written.
func inForce(r dmarc.Record) bool { return r.Policy != "" && r.Effective() == r.Policy }

// strictness orders the policies. Receivers ignore several records, so continuing with the milder one rejects no mail
// that passes today.
var strictness = map[string]int{"none": 0, "quarantine": 1, "reject": 2}

// milder returns the milder of two policies, with the report addresses of the other if it has none.
func milder(a, b dmarc.Record) dmarc.Record {
	if a.Policy == "" {
		return b
	}
	if strictness[b.Policy] < strictness[a.Policy] {
		a, b = b, a
	}
	if len(a.Reports) == 0 {
		a.Reports = b.Reports
	}
	return a
}

// fresh returns a first policy, which only monitors and reports to the owner's address if there is one.
func fresh(in *facts.Facts) string {
	v := "v=DMARC1; p=none"
	if in.Owner.ReportTo != "" {
		v += "; rua=mailto:" + in.Owner.ReportTo
	}
	return v
}

// reportNotes warns about report addresses at another organization that has not agreed to receive reports (RFC 9990
// section 4).
func reportNotes(in *facts.Facts, r dmarc.Record) []Note {
	var out []Note
	for _, u := range r.Reports {
		if u.Host == "" || snapshot.Below(u.Host, in.Owner.Domain) || snapshot.Below(in.Owner.Domain, u.Host) {
			continue
		}
		if a := in.DNS.TXT(dnsname.ReportPermission(in.Owner.Domain, u.Host)); !slices.ContainsFunc(a.Data(), dmarc.Is) {
			out = append(out, Note{Code: NoteReportElsewhere, Args: map[string]string{"address": u.Address, "host": u.Host}})
		}
	}
	return out
}
