package cli

import (
	"bytes"
	"testing"

	"example.org/todoku/i18n"
)

func TestReadInputIsBounded(t *testing.T) {
	p := &Program{In: bytes.NewReader(make([]byte, 11)), Lang: i18n.EN}
	if _, err := p.ReadInput("-", 10); StatusOf(err) != StatusUsage {
		t.Errorf("11 bytes were read where 10 are allowed: %v", err)
	}
	p.In = bytes.NewReader(make([]byte, 10))
	if text, err := p.ReadInput("-", 10); err != nil || len(text) != 10 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
