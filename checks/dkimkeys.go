package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/snapshot"
)

// broken names what makes a key useless, as a code of package dkim; "" for a good key and for a revoked one, which is
// how spares are kept.
func broken(r dkim.Record) string {
	if r.Valid() || r.Revoked {
		return ""
	}
	for _, p := range r.Problems {
		if p.Fatal {
			return p.Code
		}
	}
	return dkim.NoKey
}

// faulty lists the selectors at which something stands that no receiver can use: broken or several keys, an alias that
// leads nowhere.
func faulty(in In) []string {
	var out []string
	for _, k := range keysAsked(in) {
		if len(k.records) > 1 || len(k.records) == 1 && !dkim.Parse(k.records[0]).Valid() || deadAlias(k.answer) {
			out = append(out, k.selector)
		}
	}
	return out
}

// deadAlias reports whether an alias is known to lead to no record.
func deadAlias(a snapshot.Answer) bool { return len(a.Chain) > 0 && a.Absent() }

// owner is the service in use that signs with a selector, or whose alias it is; "" where none does.
func ownerOf(in In, k keyAt) string {
	for _, s := range Services(in) {
		if uses(in, s, k.selector) {
			return s.ID
		}
	}
	return ""
}

// matters reports whether mail in use hangs on a selector: the owner named it, its service has no other key, or there is
// no good key at all. Else it is a leftover, or a spare.
func matters(in In, k keyAt) bool {
	if slices.ContainsFunc(in.Answers.Keys, func(a owner.Key) bool { return strings.EqualFold(a.Selector, k.selector) }) {
		return true
	}
	who := ownerOf(in, k)
	good := Keys(in)
	if who == "" {
		return len(good) == 0
	}
	return slices.ContainsFunc(Unsigneds(in), func(u Unsigned) bool {
		return u.Service.ID == who && !slices.ContainsFunc(expected(in, u.Service), func(sel string) bool {
			a := in.DNS.TXT(KeyName(in, sel))
			return len(a.Chain) > 0 && !a.Known() // where its alias leads is not known, so that it may well have a key
		})
	})
}

// keyFaults makes a finding of each selector at which a judge sees its fault. One on which nothing hangs is advice.
func keyFaults(in In, judge func(keyAt) (Args, bool)) []Finding {
	var out []Finding
	for _, k := range keysAsked(in) {
		args, bad := judge(k)
		if !bad || slices.ContainsFunc(dkimMismatch(in), func(f Finding) bool { return f.Name == k.answer.Name }) {
			continue
		}
		if args == nil {
			args = Args{}
		}
		args["selector"] = k.selector
		f := Finding{Name: k.answer.Name, Args: args, Evidence: evidence(k.answer)}
		args["use"] = "yes"
		if !matters(in, k) {
			f.Severity, args["use"] = Advice, "no"
		}
		out = append(out, f)
	}
	return out
}

// ofCode is a judge for single keys that are broken in one of some ways.
func ofCode(want func(code string) bool) func(keyAt) (Args, bool) {
	return func(k keyAt) (Args, bool) {
		if len(k.records) != 1 {
			return nil, false
		}
		r := dkim.Parse(k.records[0])
		code := broken(r)
		if code == "" || !want(code) {
			return nil, false
		}
		secret := "no"
		if code == dkim.PrivateKey {
			secret = "yes"
		}
		args := Args{"problem": code, "secret": secret, "bits": strconv.Itoa(r.Bits), "have": "0", "want": "0"}
		for _, p := range r.Problems {
			if p.Code == code {
				args["have"], args["want"] = strconv.Itoa(p.Have), strconv.Itoa(p.Want)
			}
		}
		return args, true
	}
}

// dkimMultiple: several keys at one selector, of which a receiver takes any or none (RFC 6376 section 3.6.2.2).
func dkimMultiple(in In) []Finding {
	return keyFaults(in, func(k keyAt) (Args, bool) {
		return Args{"count": strconv.Itoa(len(k.records))}, len(k.records) > 1
	})
}

// dkimTruncated: the key's own length field asks for more than is there.
func dkimTruncated(in In) []Finding {
	return keyFaults(in, ofCode(func(code string) bool { return code == dkim.Truncated }))
}

// dkimShortKey: receivers must not accept RSA below 1024 bits (RFC 8301 section 3.2).
func dkimShortKey(in In) []Finding {
	return keyFaults(in, ofCode(func(code string) bool { return code == dkim.ShortKey }))
}

// dkimMalformed: something stands at a selector, but no receiver can use it.
func dkimMalformed(in In) []Finding {
	return keyFaults(in, ofCode(func(code string) bool { return code != dkim.Truncated && code != dkim.ShortKey }))
}

// dkimRevoked: the key is empty, which means that it is withdrawn (RFC 6376 section 3.6.1). A spare beside a good key of
// the same service is kept so on purpose, and nothing is said of it.
func dkimRevoked(in In) []Finding {
	return slices.DeleteFunc(keyFaults(in, func(k keyAt) (Args, bool) {
		return Args{}, len(k.records) == 1 && dkim.Parse(k.records[0]).Revoked
	}), func(f Finding) bool { return f.Args["use"] == "no" })
}

// dkimTesting: t=y asks receivers to treat a signed mail as an unsigned one (RFC 6376 section 3.6.1).
func dkimTesting(in In) []Finding {
	var out []Finding
	for _, k := range keysAsked(in) {
		if len(k.records) != 1 {
			continue
		}
		if r := dkim.Parse(k.records[0]); r.Valid() && r.Testing {
			out = append(out, Finding{Name: k.answer.Name, Args: Args{"selector": k.selector}, Evidence: evidence(k.answer)})
		}
	}
	return out
}

// dkimUnusual: a good key that not every receiver can use: Ed25519 with no RSA key beside it (RFC 8463 section 5), or RSA
// above 4096 bits (RFC 8301 section 3.2).
func dkimUnusual(in In) []Finding {
	var out []Finding
	plain := false
	for _, k := range keysAsked(in) {
		if len(k.records) != 1 {
			continue
		}
		r := dkim.Parse(k.records[0])
		kind := ""
		switch {
		case !r.Valid():
			continue
		case r.KeyType == "ed25519":
			kind = "ed25519"
		case r.Bits > 4096:
			kind = dkim.LongKey
		default:
			plain = true
			continue
		}
		out = append(out, Finding{Name: k.answer.Name, Args: Args{"selector": k.selector, "kind": kind, "bits": strconv.Itoa(r.Bits)}, Evidence: evidence(k.answer)})
	}
	if plain {
		return nil
	}
	return out
}

// dkimCNAMEDead: an alias to the provider leads to no key: the provider has not made it yet, or has no longer.
func dkimCNAMEDead(in In) []Finding {
	return keyFaults(in, func(k keyAt) (Args, bool) {
		if !deadAlias(k.answer) {
			return nil, false
		}
		return Args{"target": k.answer.Chain[len(k.answer.Chain)-1].Target, "service": ownerOf(in, k)}, true
	})
}
