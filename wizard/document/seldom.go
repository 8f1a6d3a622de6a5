package document

import (
	"bytes"
	"encoding/json"
)

// These parts of an object are seldom there. Package json makes the encoders of all types that an object may hold, which for
// a single check takes longer than to write it; of a type that encodes itself it makes none. So theirs are made when they
// are needed.

// MarshalJSON implements json.Marshaler.
func (x Problem) MarshalJSON() ([]byte, error) { type plain Problem; return alone(plain(x)) }

// MarshalJSON implements json.Marshaler.
func (x Way) MarshalJSON() ([]byte, error) { type plain Way; return alone(plain(x)) }

// MarshalJSON implements json.Marshaler.
func (x Requirements) MarshalJSON() ([]byte, error) { type plain Requirements; return alone(plain(x)) }

// MarshalJSON implements json.Marshaler.
func (x Waiting) MarshalJSON() ([]byte, error) { type plain Waiting; return alone(plain(x)) }

// MarshalJSON implements json.Marshaler.
func (x ReportLine) MarshalJSON() ([]byte, error) { type plain ReportLine; return alone(plain(x)) }

// MarshalJSON implements json.Marshaler.
func (x Proof) MarshalJSON() ([]byte, error) { type plain Proof; return alone(plain(x)) }

// alone encodes a part as Encode does the whole, which guards and indents it.
func alone(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
