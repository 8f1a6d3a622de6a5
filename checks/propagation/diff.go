package propagation

import (
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/checks/snapshot"
)

// diff returns how an answer that is neither old nor wanted differs from the wanted value, or nil if it has no value.
func (t target) diff(a snapshot.Answer) *Diff {
	vals := t.of(a)
	var extra []string
	near, hit := "", false
	for _, v := range vals {
		if norm(t.sort, t.Type, v) == t.norm && !hit {
			hit = true
			continue
		}
		extra = append(extra, v)
		if near == "" || common(v, t.Value) > common(near, t.Value) {
			near = v
		}
	}
	switch {
	case hit || t.sort.alone() && len(vals) > 1:
		return &Diff{Kind: Several, Found: strings.Join(extra, " / ")}
	case near == "":
		return nil
	}
	d := compare(t.sort, t.Value, near)
	d.Right, d.Now = t.Value, near
	return d
}

// common returns the length of the common prefix.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// compare returns the simplest difference between found and want.
func compare(s sort, want, found string) *Diff {
	at := common(want, found)
	whole := func(kind string) *Diff { return &Diff{Kind: kind, At: at, Want: want, Found: found} }
	same := func(v string) bool { return norm(s, "", v) == norm(s, "", want) }
	quotes := strings.NewReplacer(`\"`, "", `"`, "", `\`, "")
	folded := width.Fold.String(found)
	switch {
	case same(quotes.Replace(found)):
		return whole(Quotes)
	case same(folded):
		return whole(FullWidth)
	case same(quotes.Replace(typographic.Replace(folded))), same(strings.Trim(typographic.Replace(folded), `"'`)):
		return whole(Typographic)
	case strings.EqualFold(norm(s, "", found), norm(s, "", want)):
		return whole(Case)
	case squeeze(found) == squeeze(want):
		return whole(Space)
	case (s == sortSole || s == sortSet) && strings.HasPrefix(found, want+"."):
		// The final dot was missing, so the panel appended its zone.
		return &Diff{Kind: PartExtra, At: len(want), Found: found[len(want):]}
	case strings.Contains(found, want) && !boundary(s, found, want):
		return &Diff{Kind: Glued, At: 0, Want: want, Found: found}
	}
	return pieces(s, want, found, at)
}

// boundary reports whether found is want followed by something that its syntax allows as a further piece.
func boundary(s sort, found, want string) bool {
	rest, ok := strings.CutPrefix(found, want)
	return ok && s != sortToken && rest != "" && strings.ContainsRune(" ;", rune(rest[0]))
}

// pieces compares word by word, or tag by tag for DMARC and DKIM.
func pieces(s sort, want, found string, at int) *Diff {
	sep := " "
	if s == sortDMARC || s == sortDKIM {
		sep = ";"
	}
	cut := func(v string) []string {
		var out []string
		for _, p := range strings.Split(v, sep) {
			if p = strings.TrimSpace(p); p != "" {
				out = append(out, p)
			}
		}
		return out
	}
	w, f := cut(want), cut(found)
	for len(w) > 0 && len(f) > 0 && strings.EqualFold(w[0], f[0]) {
		w, f = w[1:], f[1:]
	}
	for len(w) > 0 && len(f) > 0 && strings.EqualFold(w[len(w)-1], f[len(f)-1]) {
		w, f = w[:len(w)-1], f[:len(f)-1]
	}
	join := strings.TrimSuffix(sep, " ") + " "
	d := &Diff{Kind: Changed, At: at, Want: strings.Join(w, join), Found: strings.Join(f, join)}
	switch {
	case len(f) == 0:
		d.Kind = PartMissing
	case len(w) == 0:
		d.Kind = PartExtra
	case len(w) == 1 && len(f) == 1 && strings.HasPrefix(w[0], f[0]):
		d.Kind, d.Want = PartMissing, w[0][len(f[0]):] // cut off
	}
	return d
}
