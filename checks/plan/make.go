package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

const defaultTTL = 3600 // seconds: what most panels offer

// Make returns the changes that fix the findings, in an order that is safe to make: targets of aliases and MX, SPF, keys,
// then a DMARC policy that only monitors, then removals of misplaced copies. It proves them: Left is what the same rules
// still find once they are applied to the snapshot.
func Make(in *facts.Facts, found []checks.Finding) Plan {
	if checks.Fatal(found) {
		return Plan{Left: serious(checks.Causes(found))}
	}
	return prove(in, propose(in, found), found)
}

// propose returns the plan before it is proved: the changes, and the options among which only the owner can choose.
func propose(in *facts.Facts, found []checks.Finding) Plan {
	p := Plan{Detours: detours(in)}
	p.Changes = append(p.Changes, targetChanges(in)...)
	p.Changes = append(p.Changes, movedMX(in, found)...)
	p.Changes = append(p.Changes, backToHost(in)...)
	p.Changes = append(p.Changes, reverseChanges(in, found)...)
	more, ways := spfChanges(in, found)
	p.Changes, p.Ways = append(p.Changes, more...), ways
	p.Changes = append(p.Changes, dkimChanges(in, found)...)
	p.Changes = append(p.Changes, dmarcChanges(in, found, p)...)
	p.Changes = append(p.Changes, misplacedCopies(in, found)...)
	p.Changes = append(p.Changes, addressesAtKeys(in, found)...)
	p.Changes = separateAliases(in, found, beforeWildcard(in, once(p.Changes)))
	if in.LentFrom() != "" { // the zone is a company's, and only its panel's switches are the owner's to use
		p.Changes = slices.DeleteFunc(p.Changes, func(c Change) bool { return !c.Switch })
		p.Ways = nil
	}
	return p
}

// serious returns the findings that block or harm.
func serious(found []checks.Finding) []checks.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f checks.Finding) bool {
		return f.Severity != checks.Blocks && f.Severity != checks.Harms
	})
}

// prove applies the changes to the snapshot, runs the rules again, and evaluates SPF for every known sending address.
// Without changes it reuses found.
func prove(in *facts.Facts, p Plan, found []checks.Finding) Plan {
	later, then := in, found
	if edits := p.Edits(); len(edits) > 0 {
		later = in.WithDNS(in.DNS.With(edits))
		then = checks.Diagnose(later)
	}
	for _, f := range serious(checks.Causes(then)) {
		switch {
		case f.Code == checks.NSElsewhere && (f.Is(checks.RealKnown) || f.Is(checks.RealBare)) && len(p.Changes) > 0:
			// the changes are for the panel whose servers are in charge, so making them fixes this
		case asked(p.Changes, f.Code):
			p.Later = append(p.Later, f)
		case f.Code == checks.MailRefused: // it is about a mail that was sent already
		default:
			p.Left = append(p.Left, f)
		}
	}
	t := spf.Walk(reading.SPF(later.DNS), in.Owner.Domain, "")
	p.Lookups, p.Voids = t.Lookups, t.Voids
	p.Tries = tries(in, later.DNS)
	now, _ := reading.SPFRecords(later.DNS, in.Owner.Domain)
	for i, w := range p.Ways {
		edit := snapshot.Edit{Name: in.Owner.Domain, Type: snapshot.TXT, Remove: now, Add: []string{w.Value}, TTL: defaultTTL}
		p.Ways[i].Tries = tries(in, later.DNS.With([]snapshot.Edit{edit}))
	}
	return p
}

// tries evaluates SPF for every known sending address, now and with the snapshot then.
func tries(in *facts.Facts, then *snapshot.Snapshot) []Try {
	var out []Try
	for _, s := range in.Sources() {
		req := spf.Request{IP: s.IP, MailFrom: "postmaster@" + in.Owner.Domain, HELO: in.Owner.Domain}
		before, after := spf.Evaluate(reading.SPF(in.DNS), req), spf.Evaluate(reading.SPF(then), req)
		out = append(out, Try{IP: s.IP.String(), From: s.From, Before: string(before.Result), After: string(after.Result), Term: after.Term})
	}
	return out
}

// asked reports whether a change whose value is still missing would fix the finding.
func asked(changes []Change, code checks.Code) bool {
	return slices.ContainsFunc(changes, func(c Change) bool {
		return c.Ask != "" && c.Value == "" && slices.Contains(c.Because, code)
	})
}

// codes returns which of the codes were found, each once.
func codes(found []checks.Finding, of ...checks.Code) []checks.Code {
	var out []checks.Code
	for _, f := range found {
		if slices.Contains(of, f.Code) && !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

// spfFaults are the findings that a new SPF record fixes.
var spfFaults = []checks.Code{
	checks.SPFMissing, checks.SPFMultiple, checks.SPFSyntax, checks.SPFTypographic, checks.SPFPlaceholder, checks.SPFIneffective, checks.SPFSenderMissing, checks.SPFSenderRefused, checks.SPFIncludeDead, checks.SPFPassAll,
	checks.SPFLoop, checks.SPFNoAll, checks.SPFMisplaced, checks.SPFUnread, checks.SPFVoidTerm, checks.SPFVoidLookups, checks.SPFTooManyLookups,
}

// spfChanges corrects the owner's other SPF records that the domain's record includes, then the domain's record itself.
func spfChanges(in *facts.Facts, found []checks.Finding) ([]Change, []Way) {
	out := mendIncludes(in)
	if len(out) > 0 {
		later := in.WithDNS(in.DNS.With(Plan{Changes: out}.Edits()))
		in, found = later, checks.Diagnose(later)
	}
	own, ways := ownSPF(in, found)
	return append(append(out, own...), returnPaths(in)...), ways
}

// returnPaths adds the SPF record that the envelope sender of a service lacks.
func returnPaths(in *facts.Facts) []Change {
	var out []Change
	for _, u := range in.Unaligned() {
		if u.Path != "" {
			out = append(out, Change{Action: Add, Name: u.Path, Type: snapshot.TXT, TTL: defaultTTL, Value: "v=spf1 " + u.Term + " ~all",
				Because: []checks.Code{checks.SenderUnaligned}, Service: u.Service.ID})
		}
	}
	return out
}

// ownSPF merges the existing records and the needed terms into one record of the domain, and returns the options that are
// left to the owner.
func ownSPF(in *facts.Facts, found []checks.Finding) ([]Change, []Way) {
	apex := in.DNS.TXT(in.Owner.Domain)
	because := codes(slices.DeleteFunc(slices.Clone(found), func(f checks.Finding) bool {
		return (f.Code == checks.SPFUnread || f.Code == checks.SPFVoidTerm) && f.Severity == checks.Advice // only advice, no reason to change a working record
	}), spfFaults...)
	if len(because) == 1 && because[0] == checks.SPFNoAll {
		because = nil // a missing all alone is advice, no reason to touch a record that works
	}
	if len(because) == 0 && forwarded(in) && !in.AllSigned() && slices.ContainsFunc(apex.Data(), hardFail) {
		because = []checks.Code{checks.ForwardBreaksSPF}
	}
	wild := len(in.ByWildcard()) > 0 // a new record at the name replaces the wildcard there
	if len(because) == 0 || len(apex.Chain) > 0 && !wild || apex.Cut() {
		return nil, nil // no record may be beside a CNAME (RFC 1034 section 3.6.2), or the answer was cut off
	}
	old, readable, torn := oldSPF(in, found)
	if slices.ContainsFunc(readable, tooManyTerms) || len(readable) > maxRecords || weight(spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, "").Root) > maxWeight {
		return nil, nil // not an honest record: a few terms would not fix it
	}
	notes := torn
	if len(old) == 0 && slices.ContainsFunc(found, func(f checks.Finding) bool { return len(unasked(f, in.Owner.Domain, spf.Is)) > 0 }) {
		notes = append(notes, Note{Code: NoteSPFMoved})
	}
	nobody := !slices.ContainsFunc(readable, letsPass)
	for i, r := range readable {
		var n []Note
		readable[i], n = clearFaults(in, r)
		notes = append(notes, n...)
	}
	added := needs(in, readable)
	if len(readable) == 0 {
		if c, ok := recordWithGap(in, apex, because); ok {
			return []Change{c}, nil
		}
	}
	merged, said := spf.Merge(readable, added)
	if merged == "" || len(added) == 0 && len(readable) == 0 {
		return nil, nil // it is unknown who sends, and a record that refuses everybody would be worse than none
	}
	notes = append(notes, mergeNotes(said)...)
	merged, more := closeRecord(in, merged)
	notes = append(notes, more...)
	merged, fit, ways := fitLimits(in, merged)
	notes = slices.Concat(notes, fit, serviceNotes(in, added))
	switch {
	case len(old) > 0 && slices.Equal(old, []string{merged}):
		return nil, ways
	case len(old) > 0 && measure(in, merged).broken() && !gains(in, old, merged):
		return nil, ways // it would still be a permanent error
	case !nobody && !letsPass(merged) && len(in.Terms()) == 0:
		return nil, ways // it is unknown who sends, and a record that lets nobody pass would be worse than a broken one
	}
	c := Change{Name: in.Owner.Domain, Type: snapshot.TXT, TTL: ttl(apex), Value: merged, Because: because, Notes: append(notes, roomNotes(in, old, merged)...)}
	apart := unglued(c)
	if len(old) == 0 {
		c.Action = Add
		return append([]Change{c}, apart...), ways
	}
	if merged == old[0] { // only the other records have to go
		return removals(in.Owner.Domain, apex, old[1:], because), ways
	}
	c.Action, c.Old = Replace, old[:1]
	return slices.Concat([]Change{c}, apart, removals(in.Owner.Domain, apex, old[1:], because)), ways
}

// recordWithGap returns the record to create once the name or address of the owner's server is known. Without that term it would
// look complete and make that server's mail fail. ok is false if no value is missing.
func recordWithGap(in *facts.Facts, apex snapshot.Answer, because []checks.Code) (c Change, ok bool) {
	terms := []string{"v=spf1"}
	for _, t := range in.Terms() {
		if t.Text == "" && !t.Usual && c.Ask == "" {
			c.Ask, c.Service = t.Service, t.Service
		}
		if text := cmp.Or(t.Text, t.Raw); !slices.Contains(terms, text) {
			terms = append(terms, text)
		}
	}
	c.Action, c.Name, c.Type, c.TTL, c.Because = Add, in.Owner.Domain, snapshot.TXT, ttl(apex), because
	c.Gap = strings.Join(append(terms, "~all"), " ")
	return c, c.Ask != ""
}

// Limits on the records for which a proposal is made, since every term is evaluated against the whole tree. Honest
// records have a few dozen terms at most.
const (
	maxTerms   = 150
	maxRecords = 20
	maxWeight  = 40_000 // bytes of all records in the tree
)

// weight returns the size in bytes of all records in a tree.
func weight(n spf.Node) int {
	sum := len(n.Record)
	for _, c := range n.Children {
		sum += weight(c)
	}
	return sum
}

// tooManyTerms reports whether a record has more than maxTerms terms.
func tooManyTerms(record string) bool {
	return strings.Count(record, " ") > 2*maxTerms || len(spf.Parse(record).Terms) > maxTerms
}

// oldSPF returns the texts that the new record replaces, and the records to merge into it, including ignored texts as
// they were meant.
func oldSPF(in *facts.Facts, found []checks.Finding) (old, readable []string, notes []Note) {
	texts, readableThere := in.SPFTexts()
	for _, t := range texts {
		if !spf.Is(t.Raw) && readableThere {
			continue
		}
		old, readable = append(old, t.Raw), append(readable, t.Meant)
		if t.Strings > 0 {
			notes = append(notes, Note{Code: NoteStringsJoined, Args: map[string]string{"number": strconv.Itoa(t.Strings)}})
		}
	}
	for _, u := range in.UnreadSPF() {
		switch {
		case !u.Sure:
			continue
		case len(u.Lost) > 0:
			readable = append(readable, u.Record)
			notes = append(notes, Note{Code: NoteUnreadJoined, Args: map[string]string{"term": strings.Join(u.Lost, " ")}})
		}
		old = append(old, u.Raw)
	}
	if len(old) == 0 {
		readable = recordsElsewhere(in, found, in.Owner.Domain, spf.Is)
	}
	return old, readable, notes
}

// letsPass reports whether a record has a term that lets somebody pass.
func letsPass(record string) bool {
	return slices.ContainsFunc(spf.Parse(record).Terms, func(t spf.Term) bool {
		return t.Modifier && t.Name == "redirect" || !t.Modifier && t.Qualifier == '+'
	})
}

// gains reports whether a known sender that does not pass now would pass with a new record.
func gains(in *facts.Facts, old []string, record string) bool {
	edit := snapshot.Edit{Name: in.Owner.Domain, Type: snapshot.TXT, Remove: old, Add: []string{record}, TTL: defaultTTL}
	return slices.ContainsFunc(tries(in, in.DNS.With([]snapshot.Edit{edit})), func(t Try) bool {
		return t.Before != string(spf.Pass) && t.Before != string(spf.TempError) && t.After == string(spf.Pass)
	})
}

// ttl returns the TTL of an answer in seconds, or defaultTTL.
func ttl(a snapshot.Answer) uint32 {
	if t, ok := a.TTL(); ok && len(a.Chain) == 0 && t > 0 {
		return t
	}
	return defaultTTL
}

// leadsNowhere reports whether a term is a permanent error, so adding it would break the record.
func leadsNowhere(in *facts.Facts, term string) bool {
	return len(in.DeadEndsOf(spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, "v=spf1 "+term))) > 0
}

// needs returns the terms that the records lack, in the order of the services.
func needs(in *facts.Facts, records []string) []string {
	var out []string
	var trees []spf.Tree
	for _, r := range records {
		mended, _ := spf.Merge([]string{r}, nil)
		trees = append(trees, spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, r), spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, mended))
	}
	lacking := func(term string) bool {
		for _, t := range trees {
			if ok, _ := facts.Covered(in.DNS, t, in.Owner.Domain, term); ok {
				return false
			}
		}
		return true
	}
	terms := in.Terms()
	for _, t := range terms {
		// Usual terms are only added together with a needed one of the same service.
		mate := t.Usual && !slices.ContainsFunc(terms, func(m facts.Term) bool {
			return m.Service == t.Service && !m.Usual && m.Text != "" && lacking(m.Text)
		})
		if t.Text != "" && !mate && !slices.Contains(out, t.Text) && !leadsNowhere(in, t.Text) && lacking(t.Text) {
			out = append(out, t.Text)
		}
	}
	return out
}
