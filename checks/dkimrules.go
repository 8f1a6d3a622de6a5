package checks

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
)

const below = "._domainkey."

// keyAt is a selector that was asked for, and what stands there.
type keyAt struct {
	selector string
	answer   snapshot.Answer // aliases followed
	records  []string
}

// keysAsked lists every selector that was asked for, without the wildcard label and what only the wildcard answers.
func keysAsked(in In) []keyAt {
	if in.once != nil {
		return in.once.keys()
	}
	return readKeys(in)
}

func readKeys(in In) []keyAt {
	var out []keyAt
	suffix := below + in.Answers.Domain
	for _, a := range in.DNS.Answers {
		sel, ok := strings.CutSuffix(a.Name, suffix)
		if !ok || a.Type != snapshot.TXT || sel == WildcardLabel ||
			slices.ContainsFunc(out, func(k keyAt) bool { return k.selector == sel }) {
			continue
		}
		if Anywhere(in, in.DNS.TXT(a.Name)) {
			continue // a wildcard's answer is nobody's key
		}
		recs, _ := reading.DKIMRecords(in.DNS, sel, in.Answers.Domain)
		out = append(out, keyAt{sel, in.DNS.TXT(a.Name), recs})
	}
	slices.SortFunc(out, func(a, b keyAt) int { return strings.Compare(a.selector, b.selector) }) // answers come in any order
	return out
}

// Keys lists the selectors at which exactly one usable key stands.
func Keys(in In) []string {
	if in.once != nil {
		return in.once.good()
	}
	return sound(keysAsked(in))
}

func sound(keys []keyAt) []string {
	var out []string
	for _, k := range keys {
		if len(k.records) == 1 && dkim.Parse(k.records[0]).Valid() {
			out = append(out, k.selector)
		}
	}
	return out
}

// expected lists the selectors that a service is known to sign with: those the owner named, else fixed ones of the catalogue.
func expected(in In, s Service) []string {
	var out []string
	for _, k := range in.Answers.Keys {
		if k.Selector != "" && (k.Service == s.ID || k.Service == "") {
			out = append(out, strings.ToLower(k.Selector))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, sel := range s.DKIM.Selectors {
		if !strings.ContainsAny(sel, "<*") {
			out = append(out, sel)
		}
	}
	return out
}

// uses reports whether a service signs, or may sign, with a selector.
func uses(in In, s Service, selector string) bool {
	return slices.Contains(expected(in, s), selector) || slices.ContainsFunc(s.DKIM.Selectors, func(p string) bool {
		ok, err := path.Match(p, selector)
		return ok && err == nil
	})
}

// Unsigned is a service that can sign, and whose key is not in DNS.
type Unsigned struct {
	Service  Service
	Selector string // where its key belongs; "" where only its console knows
	Proven   bool   // every selector it could use was seen to have no key; otherwise it is only not found
}

// Unsigneds lists the services in use without a usable key.
func Unsigneds(in In) []Unsigned {
	good, bad := Keys(in), faulty(in)
	var out []Unsigned
	for _, s := range Services(in) {
		if s.DKIM.Can != "yes" && s.DKIM.Can != "auto" {
			continue
		}
		sels := expected(in, s)
		if slices.ContainsFunc(good, func(sel string) bool { return uses(in, s, sel) }) {
			continue
		}
		u := Unsigned{Service: s, Proven: NoKeys(in)}
		if i := slices.IndexFunc(sels, func(sel string) bool { return slices.Contains(bad, sel) }); i >= 0 {
			u.Selector = sels[i] // where its broken key stands
		} else if i := slices.IndexFunc(bad, func(sel string) bool { return uses(in, s, sel) }); i >= 0 {
			u.Selector = bad[i]
		} else if len(sels) > 0 {
			u.Selector = sels[0]
			u.Proven = u.Proven || !slices.ContainsFunc(sels, func(sel string) bool {
				return !in.DNS.TXT(KeyName(in, sel)).Known()
			})
		} else if len(good) > 0 {
			// Its selector cannot be guessed; a key that no other service claims may well be its own.
			continue
		}
		out = append(out, u)
	}
	return out
}

// NoKeys reports whether it is proven that no selector exists: the name above them all does not (RFC 8020).
func NoKeys(in In) bool {
	return in.DNS.TXT("_domainkey."+in.Answers.Domain).Status == snapshot.NXDomain
}

func dkimUnknown(in In) []Finding {
	if len(Keys(in)) > 0 || NoKeys(in) {
		return nil
	}
	for _, k := range keysAsked(in) {
		if k.answer.Status == snapshot.Failed {
			return one(Finding{Name: k.answer.Name, Args: Args{"selector": k.selector, "reason": string(k.answer.Reason)}, Evidence: evidence(k.answer)})
		}
	}
	return nil
}

// dkimMissing: a service that can sign has no key in DNS, and that was seen. Together with a failing SPF nothing passes,
// but that is said of SPF; alone it harms: forwarded mail, bulk mail, and DMARC by DKIM.
func dkimMissing(in In) []Finding {
	bad := faulty(in)
	var told []string // of whom sender-unaligned says it
	for _, f := range senderUnaligned(in) {
		told = append(told, f.Args["service"])
	}
	var out []Finding
	for _, u := range Unsigneds(in) {
		if !u.Proven || SendsNothing(in) || slices.Contains(told, u.Service.ID) || slices.Contains(bad, u.Selector) {
			continue
		}
		name := "_domainkey." + in.Answers.Domain
		if u.Selector != "" {
			name = KeyName(in, u.Selector)
		}
		out = append(out, Finding{Name: name, Args: Args{"service": u.Service.ID}, Evidence: evidence(in.DNS.TXT(name), in.DNS.TXT("_domainkey."+in.Answers.Domain))})
	}
	return out
}

// dkimCannot: the mail host offers no signing, so no key is demanded; the ways out are told.
func dkimCannot(in In) []Finding { return unsigning(in, "no") }

// dkimAsk: whether the mail host can sign is not known here, so it is asked, never claimed. A key that is seen answers it.
func dkimAsk(in In) []Finding {
	if len(Keys(in)) > 0 {
		return nil
	}
	return unsigning(in, "unknown")
}

// unsigning lists the mail hosts in use of which the catalogue says this about signing.
func unsigning(in In, can string) []Finding {
	var out []Finding
	for _, s := range Services(in) {
		if s.Host && s.DKIM.Can == can && !SendsNothing(in) {
			out = append(out, Finding{Args: Args{"service": s.ID}})
		}
	}
	return out
}

// dkimNotFound: no key among the selectors tried; that is not the same as none. Where the name above them all does not
// exist there is none, but a few old servers are wrong about such names, so that nothing hangs on it here.
func dkimNotFound(in In) []Finding {
	asked := keysAsked(in)
	if len(Keys(in)) > 0 || SendsNothing(in) || len(dkimMissing(in)) > 0 || len(faulty(in)) > 0 {
		return nil
	}
	var tried []string
	seen := evidence(in.DNS.TXT("_domainkey." + in.Answers.Domain))
	for _, k := range asked {
		if k.answer.Known() {
			tried = append(tried, k.selector)
			seen = append(seen, k.answer)
		}
	}
	proven := "no"
	if NoKeys(in) {
		proven = "yes"
	} else if len(tried) == 0 {
		return nil
	}
	menu := "" // whose console tells the selector
	if u := Unsigneds(in); len(u) > 0 && u[0].Service.DKIM.Menu.Given() {
		menu = u[0].Service.ID
	}
	args := Args{"tried": strings.Join(tried, ", "), "count": strconv.Itoa(len(tried)), "proven": proven, "service": menu, "menu": menu}
	return one(Finding{Args: args, Evidence: seen[:1]})
}

func dkimOK(in In) []Finding {
	good := Keys(in)
	if len(good) == 0 {
		return nil
	}
	name := KeyName(in, good[0])
	return one(Finding{Name: name, Args: Args{"selectors": strings.Join(good, ", "), "count": strconv.Itoa(len(good))}, Evidence: evidence(in.DNS.TXT(name))})
}
