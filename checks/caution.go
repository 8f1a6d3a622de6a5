package checks

import (
	"slices"
	"strings"

	"todoku/checks/snapshot"
)

// longTTL is what is longer than usual for a record that will be changed, in seconds: an hour is what most panels set.
const longTTL = 2 * 3600

// ttlLong: a record that is to be replaced is remembered for long. It says nothing where nothing is to be changed: it
// looks at what the rules before it found wrong.
func ttlLong(in In) []Finding {
	var out []Finding
	for _, f := range in.Found {
		if f.Severity != Blocks && f.Severity != Harms || f.Under != "" {
			continue
		}
		for _, a := range f.Evidence {
			ttl, ok := a.TTL()
			if a.Via != snapshot.Authority || a.Name != f.Name || !ok || ttl <= longTTL || !slices.Contains([]snapshot.Type{snapshot.TXT, snapshot.MX, snapshot.CNAME}, a.Type) ||
				slices.ContainsFunc(out, func(g Finding) bool { return g.Name == a.Name && g.Args["type"] == string(a.Type) }) {
				continue
			}
			out = append(out, Finding{Name: a.Name, Evidence: evidence(a), Args: Args{"type": string(a.Type), "left": seconds(ttl), "state": editable(in)}})
		}
	}
	return out
}

// editable says whether the TTL can be set where the zone is edited: yes, no, or unknown.
func editable(in In) string {
	if in.Catalog == nil || len(in.Seen.Panels) == 0 || in.Seen.Panels[0].Ambiguous {
		return "unknown"
	}
	p, _ := in.Catalog.Panel(in.Seen.Panels[0].ID)
	switch p.TTL.Editable {
	case "yes", "zone-wide":
		return "yes"
	case "no":
		return "no"
	}
	return "unknown"
}

// answerCut: an answer has more records than are kept, so that nothing can be said of those that are not.
func answerCut(in In) []Finding {
	var cut []snapshot.Answer
	var names []string
	for _, a := range in.DNS.Answers {
		if a.Cut() {
			cut = append(cut, a)
			if n := a.Name + " " + string(a.Type); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	if len(cut) == 0 {
		return nil
	}
	for i := range cut {
		cut[i].Records = cut[i].Records[:min(len(cut[i].Records), 3)] // to show which answer it is
	}
	return one(Finding{Name: cut[0].Name, Args: Args{"names": strings.Join(names, ", ")}, Evidence: evidence(cut...)})
}
