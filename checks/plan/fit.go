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

// size is how a record stands against the limits: 10 look-ups and 2 empty ones, past which receivers give up, and 450
// bytes, past which the answer may not fit into one packet.
type size struct {
	tree  spf.Tree
	bytes int
}

func measure(in *facts.Facts, record string) size {
	return size{spf.Walk(reading.SPF(in.DNS), in.Owner.Domain, record), len(record)}
}

// broken: receivers would give up on it.
func (s size) broken() bool {
	return s.tree.Lookups > spf.MaxLookups || s.tree.Voids > spf.MaxVoids
}

func (s size) long() bool { return s.bytes > spf.MaxSize }

// fitLimits brings a record under its limits, by the mildest way first: what leads nowhere and what says the same twice
// goes; what no chosen service needs goes, where the owner was asked who sends; the owner's own includes, then a and mx,
// are written out as addresses. Where that is not enough, or had a price, the ways that are left to the owner are told.
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
		if measure(in, record).broken() { // addresses that have to be kept up, and nothing is gained
			record, notes = before, notes[:said]
		}
		if s := measure(in, record); s.broken() || s.long() || len(notes) > priced || len(deadTops(in, s.tree)) > 0 {
			return record, append(notes, keptFor(in, record)...), waysOut(in, record)
		}
	}
	return record, append(notes, keptFor(in, record)...), nil
}

// without is a record without one of its terms.
func without(record string, t spf.Term) string {
	return strings.TrimRight(record[:t.Start], " ") + record[t.End:]
}

func termNote(code NoteCode, t spf.Term) Note {
	return Note{Code: code, Args: map[string]string{"term": t.Text}}
}

// dropDeadIncludes drops the record's own terms that no receiver gets past. What the owner can mend at the place that it leads
// to stays: that place is mended (below).
func dropDeadIncludes(in *facts.Facts, record string) (string, []Note) {
	var notes []Note
	moved := map[string]bool{}
	for {
		gone := false
		for _, d := range in.DeadEndsOf(measure(in, record).tree) {
			t, ok := termOf(record, d.Node.Term)
			if d.Holder != in.Owner.Domain || !ok || moved[t.Text] || d.Node.Why != "loop" && needed(in, record, t) {
				continue
			}
			if d.Some { // other senders may pass by it
				moved[t.Text] = true
				if last := behind(record, t); last != record {
					record, gone = last, true
					notes = append(notes, termNote(NoteMovedBehind, t))
					break
				}
				continue
			}
			code := NoteDeadIncludeDropped
			if d.Node.Why == "loop" {
				code = NoteLoopDropped
			}
			record, gone = without(record, t), true
			notes = append(notes, termNote(code, t))
			break // places have moved
		}
		if !gone {
			return record, notes
		}
	}
}

// putSendersFirst moves the terms of services in use to the front of a record that is within its limits, and on which
// receivers give up all the same for their mail: what hangs on a sender's address can do that (RFC 7208 section 4.6.4).
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

// gaveUp is for how many known senders receivers give up on a record.
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

// behind is a record with one of its terms moved behind all that may match before it.
func behind(record string, t spf.Term) string {
	rest := without(record, t)
	terms := spf.Parse(rest).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Name == "all" && !t.Modifier })
	if i < 0 || t.Modifier {
		return record
	}
	return rest[:terms[i].Start] + t.Text + " " + rest[terms[i].Start:]
}

// needed reports whether a service in use asks for the term: then its company must mend what it leads to.
func needed(in *facts.Facts, record string, t spf.Term) bool {
	return slices.ContainsFunc(in.Uses(record), func(u facts.Used) bool { return u.Term.Span == t.Span && u.Use == facts.Needed })
}

func termOf(record, text string) (spf.Term, bool) {
	terms := spf.Parse(record).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Text == text })
	if i < 0 {
		return spf.Term{}, false
	}
	return terms[i], true
}

// deadTops are the record's own terms that lead, further down, to where no receiver gets past.
func deadTops(in *facts.Facts, t spf.Tree) map[string]bool {
	out := map[string]bool{}
	for _, d := range in.DeadEndsOf(t) {
		if !d.Some {
			out[d.Top] = true
		}
	}
	return out
}

// dropVoids drops terms whose names lead to nothing, where there are too many: they let nobody pass.
func dropVoids(in *facts.Facts, record string) (string, []Note) {
	s := measure(in, record)
	if s.tree.Voids <= spf.MaxVoids {
		return record, nil
	}
	var notes []Note
	for _, c := range slices.Backward(s.tree.Root.Costs) { // from the end, so that positions before stay true
		if c.Why != "void" || len(c.Nets) > 0 || c.Term.Name != "a" && c.Term.Name != "mx" {
			continue
		}
		alone := measure(in, "v=spf1 "+c.Term.Text+" -all").tree
		void := in.Voids(alone)
		if len(alone.Missing)+len(alone.Failed) > 0 || len(void) != 1 {
			continue // an answer is lacking
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

// dropInbound drops an mx that names only servers of hosts in use that send from others, where the record needs too many
// look-ups. What those hosts send from stands in their own terms.
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

// mergeDuplicates takes out terms that say in other words what one before them says ("mx" and "mx:<domain>"), and addresses
// that lie within a range before them.
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

// spare is a term that may go.
type spare struct {
	facts.Used
	cost, voids int
	dead        bool // it leads to where no receiver gets past
	free        bool // for certain nobody needs it in this record
}

// spares lists the terms that no service in use needs, those first that cannot be missed, then the costliest.
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

// dropSpares takes out such terms until the record fits. Those of services that were not chosen are only known where the
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

// keptFor asks the owner about what stays in the record without need: it is never taken out unasked.
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

// manyAddresses is where writing a name out as addresses stops being sensible.
const manyAddresses = 4

// writeOutCostly replaces a and mx by the addresses that they lead to now.
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
			continue // addresses of another company, which changes them
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

// instead is a record with a term replaced by addresses, without those that it holds already.
func instead(record string, t spf.Term, nets []netip.Prefix) string {
	rest := without(record, t)
	return strings.TrimRight(strings.TrimRight(record[:t.Start], " ")+" "+strings.Join(unlisted(rest, nets), " "), " ") + record[t.End:]
}

// unlisted are the terms for addresses that a record does not let pass by an address yet.
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

// netTerm writes a network as a term; a single address without its length.
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
