package facts

import (
	"slices"
	"strings"
)

// Crossed is an alias at a selector of a service that leads to the key of another of its selectors. The service signs with the
// selector's own key, so that receivers verify with the wrong one.
type Crossed struct {
	Service Service
	Key     Key
	Target  string // where the alias leads
	Other   string // the selector whose key is there
	Right   string // the target for this selector, if another alias leads there; else ""
	All     bool   // no selector of the service has its own key
}

// CrossedAliases returns the aliases that lead to the key of another selector.
func (f *Facts) CrossedAliases() []Crossed { return f.crossed() }

func (f *Facts) readCrossed() []Crossed {
	var out []Crossed
	for _, s := range f.Services() {
		fixed := s.DKIM.Fixed()
		if len(fixed) < 2 {
			continue
		}
		first, right := len(out), map[string]string{}
		for _, k := range f.KeysAsked() {
			if !slices.Contains(fixed, k.Selector) || len(k.Answer.Chain) == 0 || k.Answer.Chain[0].DNAME != "" {
				continue
			}
			target := strings.ToLower(k.Answer.Chain[0].Target)
			i := slices.IndexFunc(fixed, func(sel string) bool { return leadsTo(target, sel) })
			if i < 0 {
				continue
			}
			right[fixed[i]] = target
			if fixed[i] != k.Selector && !leadsTo(target, k.Selector) {
				out = append(out, Crossed{Service: s, Key: k, Target: target, Other: fixed[i]})
			}
		}
		for i := range out[first:] {
			c := &out[first+i]
			c.Right = right[c.Key.Selector]
			c.All = !slices.ContainsFunc(usable(f.KeysAsked()), func(sel string) bool {
				return f.MaySign(s, sel) && !slices.ContainsFunc(out[first:], func(o Crossed) bool { return o.Key.Selector == sel })
			})
		}
	}
	return out
}

// leadsTo reports whether the target of an alias begins with a selector, as those do that services make for several at once:
// s1.domainkey.u123.example.net, selector1-shop-example._domainkey.shop.example.com.
func leadsTo(target, selector string) bool {
	rest, ok := strings.CutPrefix(target, selector)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '-')
}

// crossedAt reports whether the alias at a selector leads to the key of another one.
func (f *Facts) crossedAt(selector string) bool {
	return slices.ContainsFunc(f.CrossedAliases(), func(c Crossed) bool { return c.Key.Selector == selector })
}
