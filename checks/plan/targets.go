package plan

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// targetChanges corrects the targets of MX records and aliases if the right target was seen to exist. An MX that receives
// mail today is left alone.
func targetChanges(in *facts.Facts) []Change {
	var out []Change
	list := in.Exchanges()
	for _, x := range list {
		var because checks.Code
		var note Note
		switch x.State {
		case facts.ExchangeUndotted:
			because, note = checks.TargetDoubled, Note{Code: NoteDotLost, Args: map[string]string{"target": x.Meant}}
		case facts.ExchangeLiteral:
			because, note = checks.MXAddress, Note{Code: NoteAddressNamed, Args: map[string]string{"target": x.Meant}}
		case facts.ExchangeWidth:
			because, note = checks.MXAddress, Note{Code: NoteWidthFolded, Args: map[string]string{"target": x.Meant}}
		case facts.ExchangeText:
			because, note = checks.MXAddress, Note{Code: NoteNameBared, Args: map[string]string{"target": x.Meant}}
		}
		if because == "" || x.Meant == "" {
			continue
		}
		c := Change{
			Action: Replace, Name: in.Owner.Domain, Type: snapshot.MX, TTL: ttl(in.DNS.Get(in.Owner.Domain, snapshot.MX)),
			Value: exchange(x.Pref, x.Meant), Old: []string{exchange(x.Pref, x.Target)}, Because: []checks.Code{because}, Notes: []Note{note},
			Dotted: because == checks.TargetDoubled,
		}
		there := slices.ContainsFunc(list, func(o facts.Exchange) bool { return o.Target == x.Meant })
		if there || slices.ContainsFunc(out, func(o Change) bool { return strings.HasSuffix(o.Value, " "+x.Meant) }) {
			c.Action, c.Value, c.Notes = Remove, "", []Note{{Code: NoteMXThereAlready, Args: map[string]string{"target": x.Meant}}}
		}
		out = append(out, c)
	}
	for _, a := range in.DNS.Answers {
		target, meant := in.UndottedAlias(a.Name)
		if target == "" || len(in.DNS.TXT(meant).Records) == 0 || slices.ContainsFunc(out, func(c Change) bool { return c.Name == a.Name && c.Type == snapshot.CNAME }) {
			continue
		}
		out = append(out, Change{
			Action: Replace, Name: a.Name, Type: snapshot.CNAME, TTL: defaultTTL, Value: meant, Old: []string{target},
			Because: []checks.Code{checks.TargetDoubled}, Dotted: true, Notes: []Note{{Code: NoteDotLost, Args: map[string]string{"target": meant}}},
		})
	}
	return out
}

// exchange returns an MX value as changes write it (see snapshot.Record.Value).
func exchange(pref uint16, target string) string { return strconv.Itoa(int(pref)) + " " + target }

// once drops changes without a value for records that another change sets.
func once(changes []Change) []Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool {
		return c.Ask != "" && c.Value == "" && slices.ContainsFunc(changes, func(o Change) bool {
			return o.Name == c.Name && o.Value != "" && o.Action != Remove
		})
	})
}

// separateAliases keeps CNAMEs and other records apart (RFC 1034 section 3.6.2): it removes a CNAME before a record is
// added, and a record before a CNAME is added. At the domain itself a CNAME carries the website, so nothing is proposed
// there; the finding explains what to do.
func separateAliases(in *facts.Facts, found []checks.Finding, changes []Change) []Change {
	var out []Change
	put := func(c Change) {
		if !slices.ContainsFunc(out, func(o Change) bool {
			return o.Action == Remove && c.Action == Remove && o.Name == c.Name && o.Type == c.Type && slices.Equal(o.Old, c.Old)
		}) {
			out = append(out, c)
		}
	}
	for _, c := range changes {
		alias := in.AliasAt(c.Name)
		if c.Name == in.Owner.Domain && len(in.ByWildcard()) > 0 {
			alias = "" // a wildcard's, which ends with the first record at the name
		}
		if alias == "" && (c.Type != snapshot.CNAME || c.Action == Remove) || c.Action == Remove {
			put(c)
			continue
		}
		at := slices.DeleteFunc(slices.Clone(found), func(f checks.Finding) bool { return f.Name != c.Name })
		because := codes(at, checks.CNAMEBeside, checks.RecordWrongType)
		if len(because) == 0 {
			because = c.Because
		}
		first := Change{Action: Remove, Name: c.Name, TTL: c.TTL, Because: because, Notes: []Note{{Code: NoteAliasAlone}}}
		switch {
		case alias != "" && c.Type == snapshot.CNAME:
			if !strings.EqualFold(alias, c.Value) {
				c.Action, c.Old = Replace, []string{alias}
			}
		case alias != "" && c.Name == in.Owner.Domain:
			continue
		case alias != "":
			first.Type, first.Old = snapshot.CNAME, []string{alias}
			put(first)
			c.Action, c.Old = Add, nil
		default:
			for _, v := range in.DNS.TXT(c.Name).Data() {
				if wild := in.FromWildcard(in.DNS.TXT(c.Name)); !wild {
					first.Type, first.Old = snapshot.TXT, []string{v}
					put(first)
				}
			}
			for _, x := range addressesAtKeys(in, at) {
				put(x)
			}
		}
		put(c)
	}
	return out
}
