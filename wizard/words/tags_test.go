package words_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// TestTagsAloud: every tag is explained in the order written, what is no longer used is said to be so, a value that
// does not exist is named, and what is not written is told by its default.
func TestTagsAloud(t *testing.T) {
	for _, c := range []struct {
		got  words.Tags
		said []string // tag, and a piece of what is said of it
		not  []string // the tags that are not written
		bad  string   // a piece of the problems
	}{
		{words.P{Lang: i18n.EN}.AloudDMARC(dmarc.Parse("v=DMARC1; p=none; pct=50; adkim=x; foo=1")),
			[]string{"v=DMARC1|come first", "p=none|Monitoring only", "pct=50|RFC 9989 removed it", "adkim=x|cannot have this value", "foo=1|Not in the standard"},
			[]string{"sp", "np", "rua", "aspf", "t"}, "foo"},
		{words.P{Lang: i18n.JA}.AloudDMARC(dmarc.Parse("v=DMARC1; p=reject; sp=none; np=reject; rua=mailto:a@b.example; aspf=s; adkim=r; t=y; fo=1; ri=86400")),
			[]string{"v=DMARC1|先頭", "p=reject|受信拒否", "sp=none|様子見", "np=reject|存在しない", "rua=mailto:a@b.example|宛先", "aspf=s|まったく同じ",
				"adkim=r|標準", "t=y|テスト中", "fo=1|条件", "ri=86400|廃止"}, nil, ""},
		{words.P{Lang: i18n.EN}.AloudDKIM(dkim.Parse("v=DKIM1; k=ed25519; s=email; t=y:s; h=sha256; n=hello; g=*; p=")),
			[]string{"v=DKIM1|comes first", "k=ed25519|Ed25519", "s=email|mail only", "t=y:s|Not for signatures of subdomains", "h=sha256|method", "n=hello|note",
				"g=*|RFC 4871", "p=|no longer in use"}, nil, ""},
		{words.P{Lang: i18n.JA}.AloudDKIM(dkim.Parse("k=dsa; s=*; p=MIIB")),
			[]string{"k=dsa|この項目にない値", "s=*|どの用途", "p=MIIB|読み取れません"}, []string{"v", "h", "t"}, "k= の種類"},
	} {
		for i, want := range c.said {
			term, piece, _ := strings.Cut(want, "|")
			if i >= len(c.got.Said) || c.got.Said[i].Term != term || !strings.Contains(c.got.Said[i].Text, piece) {
				t.Errorf("tag %d is %+v, want %s", i, c.got.Said, want)
			}
		}
		var not []string
		for _, s := range c.got.Unwritten {
			not = append(not, s.Term)
		}
		if len(c.got.Said) != len(c.said) || strings.Join(not, " ") != strings.Join(c.not, " ") {
			t.Errorf("%d tags said, not written %q, want %q", len(c.got.Said), not, c.not)
		}
		if all := strings.Join(c.got.Problems, "\n"); !strings.Contains(all, c.bad) || (all == "") != (c.bad == "") && c.bad == "" {
			t.Errorf("problems %q, want %q", all, c.bad)
		}
	}
}
