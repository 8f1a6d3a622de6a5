package dmarc

import (
	"strings"

	"example.org/todoku/checks/internal/taglist"
)

// String returns the record in clean form, from its fields: v, p, then the other tags in the order they were written. It
// leaves out historic tags (pct, rf, ri) and size limits, unreadable tags, and invalid report addresses.
func (r Record) String() string {
	policy := r.Policy
	if policy == "" {
		policy = "none" // what receivers assume
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

// field returns the text of a tag that has a field of its own, "" if the field is empty; false for other tags.
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

// uriLetters are the characters of a URI (RFC 3986 section 2) without the separators of a DMARC record.
const uriLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@$&()*+=%"

// list returns the report addresses as a comma-separated list, without those that cannot be in a record.
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

// free returns the value of a tag without a field of its own (fo and unknown ones), or "" if it cannot be in a record.
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
