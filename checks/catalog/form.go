package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// Form is a record as a panel wants it entered.
type Form struct {
	Panel    string `json:"id"`
	Host     string `json:"host"` // "" means that the field stays empty
	Type     string `json:"type"`
	Value    string `json:"value"`
	Priority string `json:"priority,omitempty"` // for an MX
	TTL      string `json:"ttl,omitempty"`      // "" if the panel has no such field
	Line     string `json:"line,omitempty"`
	// Notes are the IDs of words in i18n form.toml: form-not-editable, form-outside-zone, form-host-blank,
	// form-host-label, form-host-full, form-host-other, form-host-unknown, form-quotes, form-chunks, form-too-long,
	// form-long-unknown, form-dot, form-no-dot, form-dot-unknown, form-mx-value, form-no-underscore,
	// form-underscore-unknown, form-ttl-zone, form-ttl-min, form-ttl-unknown.
	Notes []string `json:"notes,omitempty"`
}

func (f *Form) note(code string) {
	if !slices.Contains(f.Notes, code) {
		f.Notes = append(f.Notes, code)
	}
}

// Write returns a record in the panel's form. zone is the apex of the zone that the panel edits, name the record's full
// name, value its data (for an MX "10 mx.example" or the target alone), and ttl is in seconds. Nothing is cut: a value
// that does not fit is returned whole, with a note.
func (p Panel) Write(zone, name string, t snapshot.Type, value string, ttl uint32) Form {
	f := Form{Panel: p.ID, Type: string(t)}
	p.writeHost(&f, zone, name)
	switch t {
	case snapshot.TXT, snapshot.SPF:
		f.Type = string(snapshot.TXT) // type 99 is obsolete, RFC 7208 section 3.1
		p.writeText(&f, value)
	case snapshot.MX:
		if pref, target, ok := strings.Cut(value, " "); ok {
			f.Priority, value = pref, target
		}
		p.writeTarget(&f, value)
		if p.MX == PreferenceFirst && f.Priority != "" {
			f.Value, f.Priority = f.Priority+" "+f.Value, ""
			f.note("form-mx-value")
		}
	case snapshot.CNAME, snapshot.NS, snapshot.PTR:
		p.writeTarget(&f, value)
		p.noteUnderscore(&f, name, t)
	default:
		f.Value = value
	}
	p.writeTTL(&f, ttl)
	if len(p.Apex) == 0 { // it cannot be entered here at all
		f.Notes = slices.DeleteFunc(f.Notes, func(n string) bool { return n != "form-not-editable" && n != "form-outside-zone" })
		return f
	}
	f.Line = p.line(f, name == zone, ttl)
	return f
}

// writeHost sets the host field, relative to the zone or as a full name, as the panel wants it.
func (p Panel) writeHost(f *Form, zone, name string) {
	rel, inside := relative(zone, name)
	apex := HostForm("")
	if len(p.Apex) > 0 {
		apex = p.Apex[0]
	}
	switch {
	case !inside:
		f.note("form-outside-zone")
		f.Host = name
		return
	case apex == "":
		f.note("form-not-editable")
	case rel == "" && apex == HostUnknown:
		f.note("form-host-unknown")
	case rel == "" && apex == HostBlank:
		f.note("form-host-blank")
	}
	if rel != "" {
		switch p.Sub {
		case HostFull:
			f.Host = name
			f.note("form-host-full")
		case HostDotted:
			f.Host = name + "."
			f.note("form-host-full")
		default:
			f.Host = rel
			if apex != "" {
				f.note("form-host-label")
			}
		}
		return
	}
	if len(p.Apex) > 1 {
		f.note("form-host-other")
	}
	switch apex {
	case HostBlank:
		f.Host = ""
	case HostFull:
		f.Host = zone
	case HostDotted:
		f.Host = zone + "."
	default:
		f.Host = "@"
	}
}

// relative returns the name without the zone, "" at the apex. inside is false if the name is not in the zone.
func relative(zone, name string) (rel string, inside bool) {
	if name == zone {
		return "", true
	}
	rel, inside = strings.CutSuffix(name, "."+zone)
	return rel, inside && zone != ""
}

// writeText sets a TXT value, with quotes and strings of at most 255 bytes (RFC 1035 section 3.3) if the panel leaves
// these to the owner.
func (p Panel) writeText(f *Form, v string) {
	pieces := snapshot.Split255(v)
	long := len(pieces) > 1
	f.Value = v
	limit, _ := strconv.Atoi(strings.TrimPrefix(p.Long, longLimit))
	switch {
	case long && p.Long == LongChunks:
		for i := range pieces {
			pieces[i] = quote(pieces[i])
		}
		f.Value = strings.Join(pieces, " ")
		f.note("form-chunks")
		return
	case limit > 0 && len(v) > limit:
		f.note("form-too-long")
	case long && p.Long == LongUnknown:
		f.note("form-long-unknown")
	}
	if p.Quotes == QuotesRequired {
		f.Value = quote(v)
		f.note("form-quotes")
	}
}

// KeyLimit returns the panel's limit in characters; true if a 2048-bit DKIM key does not fit.
func (p Panel) KeyLimit() (int, bool) {
	const needed = 410 // v=DKIM1; k=rsa; p= and 392 characters of base64
	limit, err := strconv.Atoi(strings.TrimPrefix(p.Long, longLimit))
	return limit, err == nil && limit < needed
}

// quote returns a character-string as in a zone file (RFC 1035 section 5.1).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// writeTarget sets a host name value, with or without its final dot.
func (p Panel) writeTarget(f *Form, v string) {
	f.Value = strings.TrimSuffix(v, ".")
	switch p.Dot {
	case DotRequired:
		f.Value += "."
		f.note("form-dot")
	case DotRejected:
		f.note("form-no-dot")
	case DotUnknown:
		f.note("form-dot-unknown")
	}
}

// noteUnderscore adds a note if the panel rejects "_" in the host field of a CNAME.
func (p Panel) noteUnderscore(f *Form, name string, t snapshot.Type) {
	if t != snapshot.CNAME || !strings.Contains(name, "_") {
		return
	}
	switch p.Alias {
	case UnderscoreNo:
		f.note("form-no-underscore")
	case UnderscoreUnknown:
		f.note("form-underscore-unknown")
	}
}

// writeTTL sets the TTL field.
func (p Panel) writeTTL(f *Form, ttl uint32) {
	switch p.TTL.Editable {
	case TTLNo:
		return
	case TTLZone:
		f.note("form-ttl-zone")
		return
	case TTLUnknown:
		f.note("form-ttl-unknown")
	}
	if ttl == 0 {
		ttl = p.TTL.Default
	}
	if ttl == 0 {
		return
	}
	if ttl < p.TTL.Min {
		ttl = p.TTL.Min
		f.note("form-ttl-min")
	}
	f.TTL = strconv.FormatUint(uint64(ttl), 10)
}

// line returns the record in the panel's one-line form, or "" if the panel has none that can name the host.
func (p Panel) line(f Form, apex bool, ttl uint32) string {
	form := p.Line
	if f.Type == string(snapshot.MX) && p.LineMX != "" {
		form = p.LineMX
		if !apex && !strings.Contains(form, "<host>") {
			return ""
		}
	}
	if f.TTL == "" && ttl > 0 {
		f.TTL = fmt.Sprint(ttl)
	}
	if f.Priority == "" {
		f.Priority = "10"
	}
	return strings.NewReplacer("<type>", strings.ToLower(f.Type), "<TYPE>", f.Type, "<host>", f.Host,
		"<value>", f.Value, "<priority>", f.Priority, "<ttl>", f.TTL).Replace(form)
}
