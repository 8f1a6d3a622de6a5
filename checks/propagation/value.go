package propagation

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

// sort is the kind of a value; TXT records of other kinds may be at the same name.
type sort string

const (
	sortSPF   sort = "spf"
	sortDMARC sort = "dmarc"
	sortDKIM  sort = "dkim"
	sortToken sort = "token" // any other text, as "google-site-verification=…"
	sortSole  sort = "sole"  // a CNAME, which is the only record at its name
	sortSet   sort = "set"   // one of several: addresses, mail servers
)

// alone reports whether a second record of the kind is a mistake (RFC 7208 section 4.5, RFC 9989 section 4.10, RFC 6376
// section 3.6.2.2).
func (s sort) alone() bool { return s != sortToken && s != sortSet }

// sortOf returns the kind of a value.
func sortOf(name string, t snapshot.Type, value string) sort {
	switch t {
	case snapshot.TXT, snapshot.SPF:
	case snapshot.CNAME:
		return sortSole
	default:
		return sortSet
	}
	if dnsname.InKeys(name) {
		return sortDKIM
	}
	s := strings.ToLower(plain(value))
	one := squeeze(s)
	switch {
	case strings.Contains(s, "v=spf1"), strings.HasPrefix(one, "v=spf1"), strings.HasPrefix(s, "spf1 "),
		strings.HasPrefix(s, "v=spf ") || strings.HasPrefix(s, "v=spf:") || strings.HasPrefix(s, "v=spf;"):
		return sortSPF
	case strings.Contains(one, "v=dmarc"), dnsname.IsPolicy(name) && strings.HasPrefix(one, "p="):
		return sortDMARC
	case strings.HasPrefix(one, "v=dkim1"):
		return sortDKIM
	}
	return sortToken
}

// plain removes what copying put around and into a value.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) { // rare, and plain is called often
		s = typographic.Replace(width.Fold.String(s))
	}
	return strings.Trim(s, "\"' \t\r\n\\")
}

var typographic = strings.NewReplacer("\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u2018", "'", "\u2019", "'",
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-", "\u301c", "~",
	"\u00a0", " ", "\u3000", " ", "\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u2060", "")

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// norm returns a form of a value that is equal for values that receivers treat as equal.
func norm(s sort, t snapshot.Type, v string) string {
	switch s {
	case sortSPF:
		f := strings.Fields(v)
		for i := range f {
			if !strings.Contains(f[i], "%") { // the case of a macro letter means something
				f[i] = strings.ToLower(f[i])
			}
		}
		return leading(v) + strings.Join(f, " ")
	case sortDMARC:
		return leading(v) + normTags(s, v)
	case sortDKIM:
		return normTags(s, v)
	case sortSole, sortSet:
		if ip, err := netip.ParseAddr(v); err == nil {
			return ip.Unmap().String()
		}
		return strings.TrimSuffix(strings.ToLower(strings.Join(strings.Fields(v), " ")), ".")
	}
	return v
}

// leading returns the white space before a value: a record that does not begin with its version is none (RFC 7208 section
// 4.5, RFC 9989 section 4.10).
func leading(v string) string { return v[:len(v)-len(strings.TrimLeft(v, " \t"))] }

// normTags ignores white space around the separators and the order of the tags after the first.
func normTags(s sort, v string) string {
	var out []string
	for _, tag := range strings.Split(v, ";") {
		name, value, ok := strings.Cut(tag, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok && name == "" {
			continue
		}
		switch {
		case s == sortDKIM && name == "p", s == sortDMARC && (name == "rua" || name == "ruf"):
			value = squeeze(value)
		}
		out = append(out, name+"="+value)
	}
	if len(out) > 1 {
		slices.Sort(out[1:])
	}
	return strings.Join(out, ";")
}

// target is a want, prepared for comparing.
type target struct {
	Want
	sort      sort
	norm      string
	leave     map[string]bool // normal forms of the values that were there before or must go
	gone      map[string]bool // normal forms of the values that must go
	token     string          // for sortToken: the part before the equals sign
	preferred bool            // the wanted value names an MX preference
}

func newTarget(w Want) target {
	model := w.Value
	if model == "" && len(w.Gone) > 0 {
		model = w.Gone[0]
	}
	t := target{Want: w, sort: sortOf(w.Name, w.Type, model), leave: map[string]bool{}, gone: map[string]bool{}}
	t.preferred = w.Type == snapshot.MX && strings.Contains(strings.TrimSpace(model), " ")
	t.norm = norm(t.sort, w.Type, w.Value)
	t.token, _, _ = strings.Cut(model, "=")
	for _, g := range w.Gone {
		if n := norm(t.sort, w.Type, g); n != t.norm {
			t.gone[n], t.leave[n] = true, true
		}
	}
	if w.Old.Known() {
		for _, v := range t.of(w.Old) {
			t.leave[norm(t.sort, w.Type, v)] = true
		}
	}
	return t
}

// of returns the values of an answer that the want is about.
func (t target) of(a snapshot.Answer) []string {
	var out []string
	for _, r := range a.Records {
		v := r.Data
		if t.preferred {
			v = strconv.Itoa(int(r.Pref)) + " " + v
		}
		switch s := sortOf(t.Name, t.Type, v); {
		case s != t.sort:
		case s == sortToken:
			head, _, _ := strings.Cut(plain(v), "=")
			if v == t.Value || slices.Contains(t.Gone, v) || strings.EqualFold(head, t.token) && strings.Contains(t.Value, "=") || alike(plain(v), t.Value) {
				out = append(out, v)
			}
		default:
			out = append(out, v)
		}
	}
	return out
}

// alike reports whether a text is the wanted one with a slip: three quarters of it agree at the ends.
func alike(v, want string) bool {
	long := max(len(v), len(want))
	head := common(v, want)
	tail := 0
	for tail < min(len(v), len(want))-head && v[len(v)-1-tail] == want[len(want)-1-tail] {
		tail++
	}
	return want != "" && long >= 8 && 4*(head+tail) >= 3*long
}

// class is what one answer says about one want.
type class int

const (
	failed class = iota // no answer
	good                // the wanted value
	before              // the values from before the change
	absent              // a negative answer
	other               // something else
)

func (t target) class(a snapshot.Answer) class { return t.classOf(a, t.of(a)) }

// classOf is class with the values that the want is about.
func (t target) classOf(a snapshot.Answer, vals []string) class {
	if !a.Known() {
		return failed
	}
	hit, fresh, gone := 0, 0, 0
	for _, v := range vals {
		switch n := norm(t.sort, t.Type, v); {
		case t.Value != "" && n == t.norm:
			hit++
		case t.gone[n]:
			gone++
		case !t.leave[n]:
			fresh++
		}
	}
	switch {
	case t.Value == "":
		if gone > 0 || len(t.gone) == 0 && len(vals) > 0 {
			return before
		}
		return good
	case hit > 0 && gone == 0 && (!t.sort.alone() || len(vals) == 1):
		return good
	case len(vals) == 0 && a.Absent():
		return absent
	case hit == 0 && fresh == 0:
		return before // only old values
	}
	return other
}
