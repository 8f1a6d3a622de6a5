package reading_test

import (
	"testing"

	"example.org/todoku/checks/reading"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"mail.shop.example":                       "mail.shop.example",
		`mail\239\188\146.shop.example`:           "mail2.shop.example", // a full-width 2
		`\239\189\141ail\227\128\130shop.example`: "mail.shop.example",  // a full-width m, an ideographic full stop
		`10\032smtp.google.com`:                   "smtp.google.com",
		`mx\03210\032smtp.google.com`:             "smtp.google.com",
		"http://mail.shop.example/":               "mail.shop.example",
		"mail.shop.example:25":                    "mail.shop.example",
		"2001:db8::10":                            "2001:db8::10",
		`a\.b`:                                    "a.b",
		`a\9`:                                     "a9",
		`a\`:                                      `a\`,
	} {
		if got := reading.Plain(in); got != want {
			t.Errorf("Plain(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestLiteral(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.10":              "203.0.113.10",
		"203.0.113.10.shop.example": "203.0.113.10", // as a panel appends the zone
		"[203.0.113.10]":            "203.0.113.10",
		"2001:db8::10":              "2001:db8::10",
		`\239\188\146\239\188\144\239\188\147.0.113.10`: "203.0.113.10",
		"203.0.113":                 "",
		"203-0-113-10.host.example": "",
		"mail.shop.example":         "",
		"":                          "",
	} {
		ip, ok := reading.Literal(in, "shop.example")
		if got := map[bool]string{true: ip.String()}[ok]; got != want {
			t.Errorf("Literal(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestUndotted(t *testing.T) {
	for in, want := range map[string]string{
		"mail.shop.example.shop.example": "mail.shop.example",
		"shop.example.shop.example":      "shop.example",
		"smtp.google.com.shop.example":   "smtp.google.com",
		"a.sendgrid.net.shop.example":    "a.sendgrid.net",
		"mail.shop.example":              "",         // a name of the zone
		"mx.tokyo.shop.example":          "mx.tokyo", // a full name by its form; whether it is one is for DNS to say
		"com.shop.example":               "",
		"shop.example":                   "",
		"smtp.google.com":                "",
	} {
		got, ok := reading.Undotted(in, "shop.example")
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("Undotted(%q) is %q, want %q", in, got, want)
		}
	}
}
