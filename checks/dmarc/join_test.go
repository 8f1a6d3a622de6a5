package dmarc_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks/dmarc"
)

func addresses(list []dmarc.Report) (out []string) {
	for _, r := range list {
		out = append(out, r.Address)
	}
	return out
}

func TestJoined(t *testing.T) {
	r := dmarc.Parse("v=DMARC1; p=none; rua=mailto:a@shop.example; ruf=mailto:f@shop.example; RUA=mailto:A@shop.example,mailto:b@shop.example; ruf=mailto:g@shop.example")
	if got := addresses(r.Reports); !slices.Equal(got, []string{"a@shop.example"}) {
		t.Errorf("receivers take %v", got)
	}
	j := r.Joined()
	if got := addresses(j.Reports); !slices.Equal(got, []string{"a@shop.example", "b@shop.example"}) {
		t.Errorf("rua joined: %v", got)
	}
	if got := addresses(j.Failures); !slices.Equal(got, []string{"f@shop.example", "g@shop.example"}) {
		t.Errorf("ruf joined: %v", got)
	}
}

func TestStray(t *testing.T) {
	for in, want := range map[string][]string{
		"rua=mailto:a@shop.example":                            {"a@shop.example"},
		"ruf=mailto:f@shop.example; rua=mailto:a@shop.example": {"a@shop.example"},
		"v=DMARC1; p=none; rua=mailto:a@shop.example":          nil,
		"v=spf1 -all":       nil,
		"site-check=77aa":   nil,
		"":                  nil,
		"host.shop.example": nil,
	} {
		got, ok := dmarc.Stray(in)
		if ok != (want != nil) || !slices.Equal(addresses(got.Reports), want) {
			t.Errorf("%q: %v, %v; want %v", in, addresses(got.Reports), ok, want)
		}
	}
}

// Blanks around an equals sign are told; those behind a semicolon are usual.
func TestBlanks(t *testing.T) {
	for in, want := range map[string]int{
		"v=DMARC1; p=none;  rua=mailto:a@shop.example ; ":                    0,
		"v = DMARC1 ; p = none ; rua = mailto:a@shop.example":                3,
		"v=DMARC1; p= none; rua=mailto:a@shop.example":                       1,
		"v=DMARC1; p\t=none":                                                 1,
		"v=DMARC1; p=none; rua=mailto:a@shop.example, mailto:b@shop.example": 0,
	} {
		n := 0
		for _, p := range dmarc.Parse(in).Problems {
			if p.Code == dmarc.Blanks {
				n++
			}
		}
		if n != want {
			t.Errorf("%q: %d, want %d", in, n, want)
		}
	}
}
