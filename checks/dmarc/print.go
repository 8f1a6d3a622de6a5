package dmarc

import (
	"strings"

	"example.org/todoku/checks/internal/taglist"
)

// String prints the record in its clean form: v, p, then the other tags in the order they were written; what the
// fields say counts, so a changed field is printed changed. Left out: pct, rf, ri and size limits (historic), tags
// that cannot be read, and report addresses that are none.
func (r Record) String() string {
	policy := r.Policy
	if policy == "" {
		policy = "none" // what a receiver takes it for, said aloud
	}
	out := []string{"v=DMARC1", "p=" + policy}
	done := map[string]bool{"v": true, "p": true, "pct": true, "rf": true, "ri": true}
	put := func(name, value string) {
		if !done[name] && value != "" {
			out = append(out, name+"="+value)
		}
		done[name] = true
	}
	for _, t := range r.Tags {
		name := strings.ToLower(t.Name)
		if field, ok := r.field(name); ok {
			put(name, field)
		} else {
			put(name, free(t))
		}
	}
	for _, name := range []string{"sp", "np", "adkim", "aspf", "t", "psd", "rua", "ruf"} {
		field, _ := r.field(name)
		put(name, field)
	}
	return strings.Join(out, "; ")
}

// field is the text of a tag that has a field of its own; "" where it says nothing.
func (r Record) field(name string) (string, bool) {
	switch name {
	case "sp":
		return r.Sub, true
	case "np":
		return r.NonExist, true
	case "adkim":
		return r.DKIMAlign, true
	case "aspf":
		return r.SPFAlign, true
	case "t":
		if r.Testing {
			return "y", true
		}
		return "", true
	case "psd":
		return r.PSD, true
	case "rua":
		return list(r.Reports), true
	case "ruf":
		return list(r.Failures), true
	}
	return "", false
}

// uriLetters can stand in a URI (RFC 3986 section 2), without those that separate here.
const uriLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@$&()*+=%"

// list prints report addresses; what cannot stand in a record is left out.
func list(reports []Report) string {
	var out []string
	for _, u := range reports {
		uri, _, _ := strings.Cut(u.URI, "!")
		scheme, _, other := strings.Cut(uri, ":")
		switch {
		case u.Address != "":
			out = append(out, mailto+u.Address)
		case other && !strings.EqualFold(scheme, "mailto") && strings.Trim(uri, uriLetters) == "":
			out = append(out, uri)
		}
	}
	return strings.Join(out, ",")
}

// free is the value of a tag without a field of its own (fo, unknown ones), where it can stand in a record as it is.
func free(t Tag) string {
	for _, c := range []byte(t.Value) {
		if c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return ""
		}
	}
	if !taglist.NameOK(t.Name) {
		return ""
	}
	if strings.ToLower(t.Name) == "fo" {
		return strings.ToLower(strings.Join(strings.Fields(t.Value), ""))
	}
	return strings.TrimSpace(t.Value)
}
