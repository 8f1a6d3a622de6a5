package roster_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"example.org/todoku/checks/roster"
)

// lists are lists of members as people have them; every one has kato@tsubame.example, and not sato@tsubame.example.
var lists = map[string]string{
	"one a line":      "mori@hibari.example\nkato@tsubame.example\n",
	"CRLF":            "mori@hibari.example\r\nkato@tsubame.example\r\n",
	"byte order mark": "\xef\xbb\xbfkato@tsubame.example\r\nmori@hibari.example",
	"names":           "森 <mori@hibari.example>\n\"加藤, 一郎\" <Kato@Tsubame.Example>\n",
	"commas":          "mori@hibari.example,kato@tsubame.example,abe@x.example",
	"tabs":            "1\t森\tmori@hibari.example\n2\t加藤\tkato@tsubame.example\t03-0000-0000",
	"CSV":             "\"番号\",\"氏名\",\"メール\"\r\n\"1\",\"加藤\",\"kato@tsubame.example\"\r\n",
	"semicolons":      "mori@hibari.example;kato@tsubame.example;",
	"full-width":      "ｋａｔｏ＠ｔｓｕｂａｍｅ．ｅｘａｍｐｌｅ　加藤",
	"Japanese stop":   "kato@tsubame。example",
	"in a sentence":   "会員は加藤kato@tsubame.exampleさんです。",
	"spaces":          "kato @ tsubame.example",
	"hidden letters":  "kato@\u200btsubame.example",
	"a field":         "mail=kato@tsubame.example",
	"mailto":          "<mailto:kato@tsubame.example?subject=x>",
	"apostrophes":     "'kato@tsubame.example'",
	"LDIF":            "dn: uid=kato\nmail: kato@tsubame.example\n",
}

func TestFind(t *testing.T) {
	for name, text := range lists {
		r := roster.Read([]byte(text))
		if m, ok := r.Find("kato@tsubame.example"); !ok || !m.Exact {
			t.Errorf("%s: %+v, %t", name, m, ok)
		}
		if m, ok := r.Find("sato@tsubame.example"); ok {
			t.Errorf("%s: found %+v", name, m)
		}
	}
}

func TestCharsets(t *testing.T) {
	const text = "\"加藤 一郎（表示）\",kato@tsubame.example\r\n\"能登 ソ\",noto@hibari.example\r\n\"ｆｗ\",ａｂｅ＠x.example\r\n"
	for name, enc := range map[string]interface {
		String(string) (string, error)
	}{
		"ISO-2022-JP": japanese.ISO2022JP.NewEncoder(), "Shift_JIS": japanese.ShiftJIS.NewEncoder(), "EUC-JP": japanese.EUCJP.NewEncoder(),
		"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), "UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
	} {
		raw, err := enc.String(text)
		if err != nil {
			t.Fatal(name, err)
		}
		r := roster.Read([]byte(raw))
		for _, a := range []string{"kato@tsubame.example", "noto@hibari.example", "abe@x.example"} {
			if _, ok := r.Find(a); !ok || r.Len() != 3 {
				t.Errorf("%s: %s not found among %d", name, a, r.Len())
			}
		}
	}
}

// TestMailboxes: a tag, and what a system does not count, leave a mailbox the same; other systems count their points.
func TestMailboxes(t *testing.T) {
	r := roster.Read([]byte("kato+ml@gmail.com, a.b.e@gmail.com, m.ori@hibari.example\n\"abc..d.\"@docomo.ne.jp e.f.@docomo.ne.jp 田中@日本語.example"))
	for address, want := range map[string]bool{
		"kato@gmail.com": true, "k.ato@googlemail.com": true, "KATO+x@GMAIL.COM": true, "abe@gmail.com": true,
		"mori@hibari.example": false, "m.ori+list@hibari.example": true, "abc..d.@docomo.ne.jp": true, "\"e.f.\"@docomo.ne.jp": true,
		"ef@docomo.ne.jp": false, "ato@gmail.com": false, "kato@gmail.com.example": false, "": false, "@": false,
	} {
		if m, ok := r.Find(address); ok != want {
			t.Errorf("%s: %+v, %t", address, m, ok)
		}
	}
	if r.Len() != 5 {
		t.Errorf("%d addresses", r.Len())
	}
	if r := roster.Read([]byte("no addresses here, @, a@b, 1@2.3")); r.Len() != 0 {
		t.Errorf("%d addresses of none", r.Len())
	}
	if r := roster.Read([]byte(strings.Repeat("kato@tsubame.example\n", 100))); r.Len() != 1 {
		t.Errorf("%d addresses of one", r.Len())
	}
}
