package message

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// gmailEN and gmailJA are how the page's text looks when it is copied whole.
const (
	gmailEN = "Original Message\n" +
		"Message ID\t<1@shop.example>\n" +
		"Created at:\tTue, Nov 3, 2026 at 10:00 AM (Delivered after 2 seconds)\n" +
		"From:\tShop <info@shop.example>\n" +
		"To:\tyou@receiver.example\n" +
		"Subject:\tYour order\n" +
		"SPF:\tPASS with IP 203.0.113.10 Learn more\n" +
		"DKIM:\t'PASS' with domain shop.example Learn more\n" +
		"DMARC:\t'FAIL' Learn more\n\n" +
		"Download Original\t\nCopy to clipboard\n\n"
	gmailJA = "元のメッセージ\n" +
		"メッセージ ID\t<1@shop.example>\n" +
		"作成日:\t2026年11月3日 10:00（2 秒後に配信済み）\n" +
		"From:\tお店 <info@shop.example>\n" +
		"To:\tyou@receiver.example\n" +
		"件名:\tご注文\n" +
		"SPF:\tPASS（IP: 203.0.113.10）。詳細\n" +
		"DKIM:\t'PASS'（ドメイン: shop.example）詳細\n" +
		"DMARC:\t'FAIL' 詳細\n\n" +
		"元のメッセージをダウンロード\tクリップボードにコピー\n\n"
)

func prefixed(text, prefix string) string {
	return prefix + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+prefix) + "\n"
}

// However it was pasted, the same header is read, and what was put right is told.
func TestForms(t *testing.T) {
	lf := strings.ReplaceAll(trace+sign(t, plainMail, nil), "\r\n", "\n")
	header, _, _ := strings.Cut(lf, "\n\n")
	header += "\n"
	unfolded := strings.NewReplacer("\n        ", "\n", "\n ", "\n", "\n\t", "\n").Replace(header)
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(lf)
	for name, c := range map[string]struct {
		text  string
		form  Form
		view  string
		mends []Mend
		body  Body
		// result of the signature
		result Result
	}{
		"a file":              {lf, File, "", nil, Whole, Pass},
		"blank lines first":   {"\n\n\n" + lf, File, "", nil, Whole, Pass},
		"a mark first":        {"\ufeff" + lf, File, "", []Mend{MendBOM}, Whole, Pass},
		"UTF-16":              {utf16, File, "", []Mend{MendUTF16}, Touched, Pass},
		"CR alone":            {strings.ReplaceAll(lf, "\n", "\r"), File, "", nil, Whole, Pass},
		"words first":         {"Hello, here is the header:\n\n" + lf, File, "", []Mend{MendLeading}, Whole, Pass},
		"mbox":                {"From info@shop.example Tue Nov  3 10:00:00 2026\n" + lf, Mbox, "", nil, Whole, Pass},
		"quoted":              {prefixed(lf, "> "), File, "", []Mend{MendQuoted}, Touched, Pass},
		"quoted twice":        {prefixed(lf, "> > "), File, "", []Mend{MendQuoted}, Touched, Pass},
		"quoted without":      {prefixed(lf, ">"), File, "", []Mend{MendQuoted}, Touched, Pass},
		"indented":            {prefixed(lf, "    "), File, "", []Mend{MendIndented}, Touched, Pass},
		"indented by a tab":   {prefixed(header, "\t"), File, "", []Mend{MendIndented}, Absent, NotKnown},
		"a reply around it":   {"On Tuesday somebody wrote:\n\n" + prefixed(header, "> "), File, "", []Mend{MendLeading, MendQuoted}, Absent, NotKnown},
		"unfolded":            {unfolded, File, "", []Mend{MendUnfolded}, Absent, NotKnown},
		"joined":              {strings.ReplaceAll(strings.ReplaceAll(header, "\n        ", " "), "\n ", " "), File, "", nil, Absent, NotKnown},
		"an empty line each":  {strings.ReplaceAll(header, "\n", "\n\n"), File, "", []Mend{MendSpaced}, Absent, NotKnown},
		"Gmail":               {gmailEN + lf, Page, "gmail", nil, Touched, Pass},
		"Gmail, Japanese":     {gmailJA + lf, Page, "gmail", nil, Touched, Pass},
		"Gmail, header alone": {gmailEN + header, Page, "gmail", nil, Absent, NotKnown},
		"Gmail, table alone":  {gmailJA, Nothing, "", nil, Absent, ""},
		"Outlook":             {"メッセージのソース\n" + lf, Page, "outlook", nil, Touched, Pass},
		"Outlook, English":    {"Internet headers\n\n" + header, Page, "outlook", nil, Absent, NotKnown},
		"Yahoo! JAPAN":        {"詳細ヘッダー\n閉じる\n" + header, Page, "yahoo-japan", nil, Absent, NotKnown},
		"nothing":             {"Hello\n\nHow are you?\n", Nothing, "", nil, Absent, ""},
		"empty":               {"", Nothing, "", nil, Absent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := parsed(t, c.text)
			if m.Form != c.form || m.View != c.view || m.Body != c.body || !slices.Equal(m.Mends, c.mends) {
				t.Fatalf("got form %q, view %q, body %q, mends %q, ignored %q", m.Form, m.View, m.Body, m.Mends, m.Ignored)
			}
			if c.form == Nothing {
				if !slices.Contains(m.Gaps, GapHeader) {
					t.Errorf("gaps %q", m.Gaps)
				}
				return
			}
			if len(m.From) != 1 || m.From[0].Full != "info@shop.example" || m.From[0].Name != "お店" {
				t.Errorf("from %+v", m.From)
			}
			if m.Border.IP != netip.MustParseAddr("203.0.113.10") || m.Envelope.Address != "info@shop.example" || m.Border.By != "mx.receiver.example" {
				t.Errorf("border %+v, envelope %+v", m.Border, m.Envelope)
			}
			rep := m.Verify(context.Background(), home())
			if len(rep.DKIM) != 1 || rep.DKIM[0].Result != c.result || !rep.DKIM[0].HeaderGood {
				t.Errorf("signature: %+v", rep.DKIM)
			}
			if rep.SPF.Result != "pass" || rep.DMARC.Result != Pass {
				t.Errorf("spf %q, dmarc %q", rep.SPF.Result, rep.DMARC.Result)
			}
			if !strings.Contains(name, "words") && !strings.Contains(name, "reply") && len(m.Ignored) > 0 {
				t.Errorf("ignored %q", m.Ignored)
			}
		})
	}
}

// The names in one column and the values in another, as a table is copied.
func TestTable(t *testing.T) {
	for name, text := range map[string]string{
		"tabs": "Return-Path\t<info@shop.example>\nReceived\tfrom mail.shop.example (mail.shop.example [203.0.113.10]) by mx.receiver.example; Tue, 3 Nov 2026 10:00:00 +0900\n" +
			"From\tinfo@shop.example\nTo\tyou@receiver.example\nMessage-ID\t<1@shop.example>\n",
		"lines": "Return-Path:\n<info@shop.example>\nReceived:\nfrom mail.shop.example (mail.shop.example [203.0.113.10])\nby mx.receiver.example; Tue, 3 Nov 2026 10:00:00 +0900\n" +
			"From:\ninfo@shop.example\nTo:\nyou@receiver.example\nMessage-ID:\n<1@shop.example>\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := parsed(t, text)
			if !slices.Contains(m.Mends, MendSplit) || len(m.From) != 1 || m.From[0].Domain != "shop.example" || m.Envelope.Domain != "shop.example" ||
				m.Border.IP.String() != "203.0.113.10" || m.MessageID != "1@shop.example" || m.Received.IsZero() {
				t.Errorf("mends %q\n%+v\n%+v\n%+v", m.Mends, m.From, m.Envelope, m.Border)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	for name, text := range map[string]string{"en": gmailEN, "ja": gmailJA} {
		t.Run(name, func(t *testing.T) {
			s := parsed(t, text+trace+plainMail).Summary
			if s.SPF != "pass" || s.DKIM != "pass" || s.DMARC != "fail" || s.IP.String() != "203.0.113.10" || s.SignedBy != "shop.example" ||
				s.MessageID != "<1@shop.example>" || !strings.Contains(s.From, "info@shop.example") || s.Subject == "" || s.Created == "" {
				t.Errorf("%+v", s)
			}
		})
	}
	m := parsed(t, gmailEN+plainMail) // the table's address where no Received field stands
	if m.Border.IP.String() != "203.0.113.10" || m.Border.Source != "gmail" {
		t.Errorf("border %+v", m.Border)
	}
}

func TestMbox(t *testing.T) {
	first := strings.ReplaceAll(trace+sign(t, strings.Replace(plainMail, "The shop", "From here\r\n>From there", 1), nil), "\r\n", "\n")
	stored := strings.NewReplacer("\nFrom here", "\n>From here", "\n>From there", "\n>>From there").Replace(first)
	m := parsed(t, "From a@b.example Tue Nov  3 10:00:00 2026\n"+stored+"\nFrom c@d.example Tue Nov  3 10:00:00 2026\nFrom: c@d.example\n\nmore\n")
	if m.Form != Mbox || !slices.Contains(m.Gaps, GapMore) || !slices.Contains(m.Mends, MendEscaped) {
		t.Errorf("form %q, gaps %q, mends %q", m.Form, m.Gaps, m.Mends)
	}
	if d := m.Verify(context.Background(), home()).DKIM[0]; d.Result != Pass {
		t.Errorf("%q %q %q", d.Result, d.Reason, d.Detail)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"a@b.example":       "a@b.example=b.example",
		"A B <a@B.Example>": "a@B.Example=b.example",
		`"Doe, John <x@y.example>" <a@b.example>`:            "a@b.example=b.example",
		"a@b.example (a comment, with a comma)":              "a@b.example=b.example",
		"a@b.example, c@d.example":                           "a@b.example=b.example c@d.example=d.example",
		"Friends: a@b.example, c@d.example;":                 "a@b.example=b.example c@d.example=d.example",
		"undisclosed-recipients:;":                           "",
		"<@x.example:a@b.example>":                           "a@b.example=b.example",
		"=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@b.example>":   "a@b.example=b.example",
		"山田 <a@日本語.jp>":                                      "a@日本語.jp=xn--wgv71a119e.jp",
		"a@b.example\x00<c@d.example>":                       "c@d.example=d.example",
		"Support a@b.example <c@d.example>":                  "c@d.example=d.example",
		"not an address":                                     "",
		`"a@evil.example" <a@b.example> (c@comment.example)`: "a@b.example=b.example",
		"a@b..example":                                       "a@b..example=",
	} {
		var got []string
		for _, a := range addresses(in) {
			got = append(got, a.Full+"="+a.Domain)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// A file that is no text says so.
func TestBinary(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		binary bool
	}{
		"Outlook .msg": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 500) + "Received: x\n", true},
		"zip":          {"PK\x03\x04" + strings.Repeat("a\n", 100), true},
		"NUL bytes":    {strings.Repeat("a\x00", 100), true},
		"text":         {"Hello\n", false},
		"nothing":      {"", false},
	} {
		m := parsed(t, c.text)
		if m.Form != Nothing || slices.Contains(m.Gaps, GapBinary) != c.binary || !slices.Contains(m.Gaps, GapHeader) {
			t.Errorf("%s: form %q, gaps %q", name, m.Form, m.Gaps)
		}
	}
}
