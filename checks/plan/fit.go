package plan

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// size is what is limited in a record: 10 look-ups, 2 void look-ups, and 450 bytes so that the answer fits into one
// packet.
type size struct {
	tree  spf.Tree
	bytes int
}

// measure returns the size of a record of the domain.
func measure(in *facts.Facts, record string) size {
	return size{spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, record), len(record)}
}

// broken reports whether the record exceeds a limit that makes it a permanent error.
func (s size) broken() bool {
	return s.tree.Lookups > spf.MaxLookups || s.tree.Voids > spf.MaxVoids
}

func (s size) long() bool { return s.bytes > spf.MaxSize }

// fitLimits makes a record fit its limits, with the mildest means first: it drops dead and duplicate terms, then terms
// that no chosen service needs if the owner was asked who sends, then replaces own includes, a and mx by addresses. It
// returns the options that are left to the owner if that is not enough or has drawbacks.
func fitLimits(in *facts.Facts, record string) (string, []Note, []Way) {
	record, notes := takeChosen(in, record)
	step := func(f func(*facts.Facts, string) (string, []Note)) {
		var more []Note
		record, more = f(in, record)
		notes = append(notes, more...)
	}
	step(dropDeadIncludes)
	step(putSendersFirst)
	if s := measure(in, record); s.broken() || s.long() || len(deadTops(in, s.tree)) > 0 {
		step(dropVoids)
		step(mergeDuplicates)
		step(dropSpares)
		step(dropInbound)
		priced := len(notes)
		before, said := record, len(notes)
		step(inlineOwnIncludes)
		step(writeOutCostly)
		if measure(in, record).broken() { // addresses have to be maintained, and here they would not even help
			record, notes = before, notes[:said]
		}
		if s := measure(in, record); s.broken() || s.long() || len(notes) > priced || len(deadTops(in, s.tree)) > 0 {
			return record, append(notes, keptFor(in, record)...), waysOut(in, record)
		}
	}
	return record, append(notes, keptFor(in, record)...), nil
}

// without returns a record without one of its terms.
func without(record string, t spf.Term) string {
	return strings.TrimRight(record[:t.Start], " ") + record[t.End:]
}

// termNote returns a note about a term.
func termNote(code NoteCode, t spf.Term) Note {
	return Note{Code: code, Args: map[string]string{"term": t.Text}}
}

// dropDeadIncludes drops the record's own terms that are permanent errors. Terms whose target the owner can fix stay;
// mendIncludes fixes the target.
func dropDeadIncludes(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	moved := map[string]bool{}
	for {
		gone := false
		for _, d := range in.DeadEndsOf(measure(in, record).tree) {
			t, ok := termOf(record, d.Node.Term)
			if d.Holder != in.Owner.Domain || !ok || moved[t.Text] || d.Node.Why != spf.WhyLoop && needed(in, record, t) {
				continue
			}
			if d.Some { // other senders may pass because of it
				moved[t.Text] = true
				if last := behind(record, t); last != record {
					record, gone = last, true
					notes = append(notes, termNote(NoteMovedBehind, t))
					break
				}
				continue
			}
			code := NoteDeadIncludeDropped
			if d.Node.Why == spf.WhyLoop {
				code = NoteLoopDropped
			}
			record, gone = without(record, t), true
			notes = append(notes, termNote(code, t))
			break // the offsets have changed
		}
		if !gone {
			return record, notes
		}
	}
}

// putSendersFirst moves the terms of services in use to the front of a record that is within its limits and still a
// permanent error for their mail, because a term depends on the sender's address (RFC 7208 section 4.6.4).
func putSendersFirst(in *facts.Facts, record string) (string, []Note) {
	if measure(in, record).broken() || gaveUp(in, record) == 0 {
		return record, nil
	}
	rest, first := record, ""
	var notes []Note
	for _, u := range slices.Backward(in.Uses(record)) { // from the end, so that positions before stay true
		if u.Use == facts.Needed && !u.Term.Modifier {
			rest, first = without(rest, u.Term), " "+u.Term.Text+first
			notes = append(notes, termNote(NoteMovedAhead, u.Term))
		}
	}
	terms := spf.Parse(rest).Terms
	if first == "" || len(terms) == 0 {
		return record, nil
	}
	ahead := rest[:terms[0].Start] + first[1:] + " " + rest[terms[0].Start:]
	if gaveUp(in, ahead) >= gaveUp(in, record) {
		return record, nil
	}
	return ahead, notes
}

// gaveUp returns for how many known senders a record is a permanent error.
func gaveUp(in *facts.Facts, record string) int {
	now, _ := in.SPFRecords()
	edit := snapshot.Edit{Name: in.Owner.Domain, Type: snapshot.TXT, Remove: now, Add: []string{record}, TTL: defaultTTL}
	n := 0
	for _, t := range tries(in, in.DNS.With([]snapshot.Edit{edit})) {
		if t.After == string(spf.PermError) {
			n++
		}
	}
	return n
}

// behind returns a record with one of its terms moved to the end, before all.
func behind(record string, t spf.Term) string {
	rest := without(record, t)
	terms := spf.Parse(rest).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Name == "all" && !t.Modifier })
	if i < 0 || t.Modifier {
		return record
	}
	return rest[:terms[i].Start] + t.Text + " " + rest[terms[i].Start:]
}

// needed reports whether a service in use needs the term, so that its company must fix the target.
func needed(in *facts.Facts, record string, t spf.Term) bool {
	return slices.ContainsFunc(in.Uses(record), func(u facts.Used) bool { return u.Term.Span == t.Span && u.Use == facts.Needed })
}

// termOf returns the record's term with this text.
func termOf(record, text string) (spf.Term, bool) {
	terms := spf.Parse(record).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Text == text })
	if i < 0 {
		return spf.Term{}, false
	}
	return terms[i], true
}

// deadTops returns the record's own terms that lead to a permanent error further down.
func deadTops(in *facts.Facts, t spf.Tree) map[string]bool {
	out := map[string]bool{}
	for _, d := range in.DeadEndsOf(t) {
		if !d.Some {
			out[d.Top] = true
		}
	}
	return out
}

// dropVoids drops a and mx terms that find nothing if there are too many void look-ups.
func dropVoids(in *facts.Facts, record string) (string, []Note) {
	s := measure(in, record)
	if s.tree.Voids <= spf.MaxVoids {
		return record, nil
	}
	var notes []Note
	for _, c := range slices.Backward(s.tree.Root.Costs) { // from the end, so that positions before stay true
		if c.Why != spf.WhyVoid || len(c.Nets) > 0 || c.Term.Name != "a" && c.Term.Name != "mx" {
			continue
		}
		alone := measure(in, "v=spf1 "+c.Term.Text+" -all").tree
		void := in.Voids(alone)
		if len(alone.Missing)+len(alone.Failed) > 0 || len(void) != 1 {
			continue // an answer is missing
		}
		record = without(record, c.Term)
		n := termNote(NoteVoidTermDropped, c.Term)
		if void[0].Exists {
			n.Code = NoteVoidRecordDropped
			n.Args["name"], n.Args["type"] = void[0].Name, string(void[0].Type)
		}
		notes = append(notes, n)
	}
	return record, notes
}

// dropInbound drops mx terms for servers of hosts in use that send from other servers, if the record needs too many
// look-ups. The hosts' own terms cover what they send from.
func dropInbound(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	for _, t := range slices.Backward(spf.Parse(record).Terms) { // from the end, so that positions before stay true
		if measure(in, record).tree.Lookups <= spf.MaxLookups {
			break
		}
		if service, ok := in.Inbound(t); ok {
			record = without(record, t)
			notes = append(notes, Note{Code: NoteInboundDropped, Args: map[string]string{"term": t.Text, "service": service}})
		}
	}
	return record, notes
}

// mergeDuplicates drops terms with the same meaning as an earlier one ("mx" and "mx:<domain>") and addresses within an
// earlier range.
func mergeDuplicates(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	r := spf.Parse(record)
	for i, t := range slices.Backward(r.Terms) {
		before := func(o spf.Term) bool { return o.Same(in.Owner.Domain) == t.Same(in.Owner.Domain) }
		covered := slices.ContainsFunc(r.Problems, func(p spf.Problem) bool { return p.Code == spf.Covered && p.Span == t.Span })
		if !t.Modifier && (covered || slices.ContainsFunc(r.Terms[:i], before)) {
			record = without(record, t)
			notes = append(notes, termNote(NoteDuplicateDropped, t))
		}
	}
	return record, notes
}

// spare is a term that could be dropped.
type spare struct {
	facts.Used
	cost, voids int
	dead        bool // it leads to a permanent error
	free        bool // it is certain that nobody needs it in this record
}

// spares returns the terms that no service in use needs: first the dead ones, then those that certainly nobody needs,
// then by cost.
func spares(in *facts.Facts, record string) []spare {
	dead := deadTops(in, measure(in, record).tree)
	var out []spare
	for _, u := range in.Uses(record) {
		if u.Use != facts.Needless && u.Use != facts.Unchosen || u.Term.Modifier {
			continue
		}
		alone := measure(in, "v=spf1 "+u.Term.Text+" -all").tree
		out = append(out, spare{u, alone.Lookups, alone.Voids, dead[u.Term.Text], u.Use == facts.Needless})
	}
	slices.SortStableFunc(out, func(a, b spare) int {
		switch {
		case a.dead != b.dead:
			return map[bool]int{true: -1, false: 1}[a.dead]
		case a.free != b.free:
			return map[bool]int{true: -1, false: 1}[a.free]
		}
		return cmp.Compare(b.cost, a.cost)
	})
	return out
}

// dropSpares drops spares until the record fits. Terms of services that the owner did not choose are only dropped if the
// owner was asked which services send.
func dropSpares(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	for {
		s := measure(in, record)
		list := slices.DeleteFunc(spares(in, record), func(x spare) bool {
			return !x.free && !in.AskedWhoSends() || !x.dead && !(s.tree.Lookups > spf.MaxLookups && x.cost > 0) && !(s.tree.Voids > spf.MaxVoids && x.voids > 0) && !s.long()
		})
		if len(list) == 0 {
			return record, notes
		}
		x := list[0]
		record = without(record, x.Term)
		code := NoteUnchosenDropped
		if x.free {
			code = NoteNeedlessDropped
		}
		notes = append(notes, Note{Code: code, Args: map[string]string{"term": x.Term.Text, "service": x.Service}})
	}
}

// keptFor returns a note for each spare that stays in the record, so that the owner can decide.
func keptFor(in *facts.Facts, record string) []Note {
	var notes []Note
	for _, x := range spares(in, record) {
		code := NoteUnchosenKept
		if x.free {
			code = NoteNeedlessKept
		}
		notes = append(notes, Note{Code: code, Args: map[string]string{"term": x.Term.Text, "service": x.Service}})
	}
	return notes
}

// manyAddresses is the most addresses for which a name is written out.
const manyAddresses = 4

// writeOutCostly replaces a and mx terms by their current addresses while the record needs too many look-ups.
func writeOutCostly(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	for _, t := range slices.Backward(spf.Parse(record).Terms) { // from the end, so that positions before stay true
		if measure(in, record).tree.Lookups <= spf.MaxLookups {
			break
		}
		if t.Qualifier != '+' || t.Name != "a" && t.Name != "mx" || t.Modifier || t.CIDR4 >= 0 || t.CIDR6 >= 0 || strings.Contains(t.Value, "%") {
			continue
		}
		tree := measure(in, "v=spf1 "+t.Text+" -all").tree
		if len(tree.Missing)+len(tree.Failed) > 0 || tree.Voids > 0 || len(tree.Networks) == 0 || len(tree.Networks) > manyAddresses {
			continue
		}
		if _, inbound := in.Inbound(t); inbound {
			continue // another company may change these addresses
		}
		text := instead(record, t, tree.Networks)
		if len(text) > spf.MaxSize {
			continue
		}
		record = text
		notes = append(notes, termNote(NoteAddressesWritten, t))
	}
	return record, notes
}

// instead returns a record with a term replaced by addresses, without those that it has already.
func instead(record string, t spf.Term, nets []netip.Prefix) string {
	rest := without(record, t)
	return strings.TrimRight(strings.TrimRight(record[:t.Start], " ")+" "+strings.Join(unlisted(rest, nets), " "), " ") + record[t.End:]
}

// unlisted returns the terms for networks that no ip4 or ip6 term of the record covers.
func unlisted(record string, nets []netip.Prefix) (out []string) {
	terms := spf.Parse(record).Terms
	for _, n := range nets {
		listed := func(t spf.Term) bool {
			return t.Qualifier == '+' && t.Prefix.IsValid() && t.Prefix.Bits() <= n.Bits() && t.Prefix.Contains(n.Addr())
		}
		if !slices.ContainsFunc(terms, listed) {
			out = append(out, netTerm(n))
		}
	}
	return out
}

// netTerm returns the ip4 or ip6 term for a network; a single address has no prefix length.
func netTerm(n netip.Prefix) string {
	text := n.String()
	if n.IsSingleIP() {
		text = n.Addr().String()
	}
	if n.Addr().Is4() {
		return "ip4:" + text
	}
	return "ip6:" + text
}
