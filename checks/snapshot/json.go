package snapshot

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// recordJSON is the JSON form of a record. JSON only holds Unicode: if a value is not UTF-8, the readable fields have
// escapes, and the original bytes are in base64.
type recordJSON struct {
	Data       string   `json:"data"`
	Strings    []string `json:"strings,omitempty"`
	RawData    []byte   `json:"data_base64,omitempty"`
	RawStrings [][]byte `json:"strings_base64,omitempty"`
	Pref       uint16   `json:"pref,omitempty"`
	TTL        uint32   `json:"ttl"`
}

// MarshalJSON keeps every byte of the record's value, whatever its encoding.
func (r Record) MarshalJSON() ([]byte, error) {
	j := recordJSON{Data: r.Data, Strings: r.Strings, Pref: r.Pref, TTL: r.TTL}
	if !utf8.ValidString(r.Data) {
		j.Data, j.RawData = Printable(r.Data), []byte(r.Data)
	}
	for _, s := range r.Strings {
		if utf8.ValidString(s) {
			continue
		}
		// A multi-byte character may be split between two strings, so the whole can be valid while its parts are not.
		j.Strings = make([]string, len(r.Strings))
		j.RawStrings = make([][]byte, len(r.Strings))
		for i, s := range r.Strings {
			j.Strings[i], j.RawStrings[i] = Printable(s), []byte(s)
		}
		break
	}
	return noHTML(j)
}

// noHTML marshals v without escaping <, > and &, which are common in TXT records; the output is never put into a web page
// unescaped.
func noHTML(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(b []byte) error {
	var j recordJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Record{Data: j.Data, Strings: j.Strings, Pref: j.Pref, TTL: j.TTL}
	if j.RawData != nil {
		r.Data = string(j.RawData)
	}
	if j.RawStrings != nil {
		r.Strings = make([]string, len(j.RawStrings))
		for i, s := range j.RawStrings {
			r.Strings[i] = string(s)
		}
	}
	return nil
}
