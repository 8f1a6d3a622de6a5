package plan

import (
	"slices"
	"strings"

	"todoku/checks"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// worthTelling are the decisions of a merge that the owner would ask about. What was added shows in the record itself.
var worthTelling = map[string]bool{
	"joined": true, "unglued": true, "milder-all": true, "all-added": true, "redirect-to-include": true, "redirect-dropped": true,
	"duplicate-dropped": true, "double-version": true, "repaired": true, "broken-dropped": true, "after-all-moved": true, "exp-dropped": true,
}

// cleared drops what no receiver gets past, and what lets anybody pass: dead includes, names that do not exist where
// there are too many, an open +all; each with a note. Nothing that still lets somebody pass is dropped.
func cleared(in checks.In, record string, found []checks.Finding) (string, []Note) {
	dead := map[string]bool{}
	tooVoid := false
	for _, f := range found {
		tooVoid = tooVoid || f.Code == checks.SPFVoidLookups
		if f.Code == checks.SPFIncludeDead {
			dead[f.Args["term"]] = true
		}
	}
	var notes []Note
	out := record
	terms := spf.Parse(record).Terms
	for i := len(terms) - 1; i >= 0; i-- { // from the end, so that positions before stay true
		t := terms[i]
		drop := func(code string) {
			out = strings.TrimRight(out[:t.Start], " ") + out[t.End:]
			notes = append(notes, Note{Code: code, Args: map[string]string{"term": t.Text}})
		}
		switch {
		case placeholder(record, t):
			drop("placeholder-dropped")
		case dead[t.Text]:
			drop("dead-include-dropped")
		case tooVoid && void(in, t):
			drop("void-term-dropped")
		case t.Name == "all" && t.Qualifier == '+':
			out = out[:t.Start] + "~all" + out[t.End:]
			notes = append(notes, Note{Code: "open-all-closed", Args: map[string]string{"term": t.Text}})
		}
	}
	return out, notes
}

// placeholder reports whether a term holds an example's stand-in, which stands for nobody.
func placeholder(record string, t spf.Term) bool {
	return slices.ContainsFunc(spf.Parse(record).Problems, func(p spf.Problem) bool {
		return p.Code == "placeholder" && p.Span.Start < t.End && t.Start < p.Span.End
	})
}

// void reports whether an a or mx term is known to lead to nothing.
func void(in checks.In, t spf.Term) bool {
	if t.Modifier || t.Value == "" || strings.Contains(t.Value, "%") {
		return false
	}
	switch t.Name {
	case "a":
		return in.DNS.Get(t.Value, snapshot.A).Absent() && !slices.ContainsFunc(in.DNS.Get(t.Value, snapshot.AAAA).Records, func(snapshot.Record) bool { return true })
	case "mx":
		return in.DNS.Get(t.Value, snapshot.MX).Absent()
	}
	return false
}

// inlineOwn writes the networks of the owner's own includes into a record that needs too many look-ups. Only names of
// the domain's own zone are taken, since nobody else changes them, and only those that hold nothing but addresses.
func inlineOwn(in checks.In, record string) (string, []Note) {
	var notes []Note
	for range spf.Parse(record).Terms {
		t := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, record)
		if t.Lookups <= spf.MaxLookups {
			break
		}
		i := slices.IndexFunc(t.Root.Parsed.Terms, func(term spf.Term) bool {
			return term.Name == "include" && term.Qualifier == '+' && in.DNS.InZone(term.Value) && len(addresses(in, term.Value)) > 0
		})
		if i < 0 {
			break
		}
		term := t.Root.Parsed.Terms[i]
		record = record[:term.Start] + strings.Join(addresses(in, term.Value), " ") + record[term.End:]
		notes = append(notes, Note{Code: "own-include-inlined", Args: map[string]string{"term": term.Text}})
	}
	return record, notes
}

// addresses lists the ip4 and ip6 terms of an included record that has nothing else but its all; nil otherwise.
func addresses(in checks.In, name string) []string {
	recs, known := reading.SPFRecords(in.DNS, strings.ToLower(name))
	if !known || len(recs) != 1 {
		return nil
	}
	r := spf.Parse(recs[0])
	var out []string
	for _, t := range r.Terms {
		switch {
		case t.Name == "all":
		case (t.Name == "ip4" || t.Name == "ip6") && t.Qualifier == '+':
			out = append(out, t.Text)
		default:
			return nil
		}
	}
	return out
}

// unglued keeps what stood before an SPF record in the same text (a site verification, mostly) as a record of its own.
func unglued(c Change) []Change {
	var out []Change
	for _, n := range c.Notes {
		text := n.Args["term"]
		if n.Code != "unglued" || !strings.Contains(text, "=") || snapshot.Printable(text) != text {
			continue
		}
		apart := c
		apart.Action, apart.Value, apart.Old, apart.Notes = Add, text, nil, []Note{{Code: "kept-apart"}}
		out = append(out, apart)
	}
	return out
}
