package plan

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/reading"
	"todoku/checks/spf"
)

// fitted brings a record under the limit of look-ups, by the mildest way first: what says the same twice goes; what no chosen service needs goes, where
// the owner was asked who sends; the owner's own includes, then a and mx, are written out as addresses. Where that is not
// enough, the ways that are left are told; none of them can be gone without the owner.
func fitted(in checks.In, record string) (string, []Note) {
	if lookups(in, record) <= spf.MaxLookups {
		return record, nil
	}
	record, notes := undoubled(in, record)
	record, more := dropped(in, record)
	notes = append(notes, more...)
	record, more = inlineOwn(in, record)
	notes = append(notes, more...)
	record, more = written(in, record)
	notes = append(notes, more...)
	if lookups(in, record) > spf.MaxLookups {
		notes = append(notes, waysOut(in, record)...)
	}
	return record, notes
}

func lookups(in checks.In, record string) int {
	return spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, record).Lookups
}

// undoubled takes out terms that say in other words what one before them says: "mx" and "mx:<domain>".
func undoubled(in checks.In, record string) (string, []Note) {
	var notes []Note
	terms := spf.Parse(record).Terms
	for i, t := range slices.Backward(terms) {
		before := func(o spf.Term) bool { return o.Same(in.Answers.Domain) == t.Same(in.Answers.Domain) }
		if !t.Modifier && slices.ContainsFunc(terms[:i], before) {
			record = strings.TrimRight(record[:t.Start], " ") + record[t.End:]
			notes = append(notes, Note{Code: "duplicate-dropped", Args: map[string]string{"term": t.Text}})
		}
	}
	return record, notes
}

// spare is an include that may go.
type spare struct {
	term    spf.Term
	service string
	cost    int
	free    bool // the service is in use, but for certain needs nothing in this record
}

// spares lists the includes that no service in use needs, those first that cannot be missed, then the costliest.
func spares(in checks.In, record string) []spare {
	if in.Catalog == nil {
		return nil
	}
	used := map[string]bool{}
	for _, s := range checks.Services(in) {
		used[s.ID] = true
	}
	needed := map[string]bool{}
	for _, t := range checks.Terms(in) {
		needed[strings.TrimPrefix(t.Text, "+")] = true
	}
	var out []spare
	for _, t := range spf.Parse(record).Terms {
		if t.Name != "include" || t.Qualifier != '+' || needed[strings.TrimPrefix(t.Text, "+")] {
			continue
		}
		owners := in.Catalog.SPFOwners(t.Value)
		if len(owners) == 0 {
			continue
		}
		s := spare{term: t, service: owners[0], cost: lookups(in, "v=spf1 "+t.Text+" -all")}
		if i := slices.IndexFunc(owners, func(id string) bool { return used[id] }); i >= 0 {
			sender, ok := in.Catalog.Sender(owners[i])
			if s.service, s.free = owners[i], true; !ok || len(sender.SPF) > 0 || sender.Conf["spf"] != catalog.Confirmed {
				continue
			}
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b spare) int {
		if a.free != b.free {
			return map[bool]int{true: -1, false: 1}[a.free]
		}
		return cmp.Compare(b.cost, a.cost)
	})
	return out
}

// dropped takes out includes until the record fits: those of services that were not chosen only where the owner was
// asked which services send.
func dropped(in checks.In, record string) (string, []Note) {
	asked := len(in.Answers.Hosts) > 0 && (len(in.Answers.Senders) > 0 || in.Answers.NoSender)
	var notes []Note
	for lookups(in, record) > spf.MaxLookups {
		list := slices.DeleteFunc(spares(in, record), func(s spare) bool { return !s.free && !asked })
		if len(list) == 0 {
			break
		}
		s := list[0]
		record = strings.TrimRight(record[:s.term.Start], " ") + record[s.term.End:]
		code := "unchosen-dropped"
		if s.free {
			code = "needless-dropped"
		}
		notes = append(notes, Note{Code: code, Args: map[string]string{"term": s.term.Text, "service": s.service}})
	}
	return record, notes
}

// manyAddresses is where writing a name out as addresses stops being sensible.
const manyAddresses = 4

// written replaces a and mx by the addresses that they lead to now.
func written(in checks.In, record string) (string, []Note) {
	var notes []Note
	for _, t := range slices.Backward(spf.Parse(record).Terms) { // from the end, so that positions before stay true
		if lookups(in, record) <= spf.MaxLookups {
			break
		}
		if t.Qualifier != '+' || t.Name != "a" && t.Name != "mx" || t.Modifier || t.CIDR4 >= 0 || t.CIDR6 >= 0 || strings.Contains(t.Value, "%") {
			continue
		}
		tree := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, "v=spf1 "+t.Text+" -all")
		if len(tree.Missing) > 0 || tree.Voids > 0 || len(tree.Networks) == 0 || len(tree.Networks) > manyAddresses {
			continue
		}
		text := strings.TrimRight(strings.TrimRight(record[:t.Start], " ")+" "+strings.Join(unlisted(record, tree.Networks), " "), " ") + record[t.End:]
		if len(text) > spf.MaxSize {
			continue
		}
		record = text
		notes = append(notes, Note{Code: "addresses-written", Args: map[string]string{"term": t.Text}})
	}
	return record, notes
}

// unlisted are the terms for addresses that a record does not hold yet.
func unlisted(record string, nets []netip.Prefix) (out []string) {
	for _, n := range nets {
		term := "ip6:"
		if n.Addr().Is4() {
			term = "ip4:"
		}
		term += strings.TrimSuffix(strings.TrimSuffix(n.String(), "/32"), "/128")
		if n.Addr().Is6() && !n.IsSingleIP() {
			term = "ip6:" + n.String()
		}
		if !slices.Contains(strings.Fields(record), term) {
			out = append(out, term)
		}
	}
	return out
}

// waysOut are what is left to the owner, in order: drop a service, move one to a subdomain, and, last and at a price, flatten.
func waysOut(in checks.In, record string) []Note {
	var notes []Note
	for _, s := range spares(in, record) {
		notes = append(notes, Note{Code: "way-drop", Args: map[string]string{"term": s.term.Text, "service": s.service, "number": strconv.Itoa(s.cost)}})
	}
	costliest, most := spf.Term{}, 0
	for _, t := range spf.Parse(record).Terms {
		if t.Name != "include" {
			continue
		}
		if n := lookups(in, "v=spf1 "+t.Text+" -all"); n > most {
			costliest, most = t, n
		}
	}
	if most > 0 {
		args := map[string]string{"term": costliest.Text, "number": strconv.Itoa(most), "domain": in.Answers.Domain}
		notes = append(notes, Note{Code: "way-subdomain", Args: args}, Note{Code: "way-flatten", Args: args})
	}
	return notes
}
