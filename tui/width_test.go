package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		w    int
		want string
	}{
		{"one two three", 8, "one two|three"},
		{"", 8, ""},
		{"あいうえお", 6, "あいう|えお"},
		{"あいう。え", 6, "あい|う。え"},                          // no full stop at the beginning
		{"あいう」。え", 6, "あい|う」。|え"},                       // nor two closing marks
		{"あ「いう」え", 5, "あ|「い|う」|え"},                      // no opening mark at the end
		{"レコードを足す", 10, "レコードを|足す"},                     // a katakana word stays whole
		{"足すレコード", 10, "足す|レコード"},                       // even where it starts in the line
		{"a-word-of-16-cell", 6, "a-word|-of-16|-cell"}, // a word longer than the line is cut
		{"SPF を 1 件", 7, "SPF を|1 件"},
		{"レポートは 1 日 1 回", 18, "レポートは 1 日|1 回"}, // nor between a number and what is counted
		{"x\ny", 9, "x|y"},
		{"きゃっきゃ", 6, "きゃっ|きゃ"},
		{"ここをお確かめください。", 22, "ここをお確かめくだ|さい。"}, // no letter alone with its full stop
		{"画面の設定で保存", 14, "画面の設定で|保存"},         // no break within a word of kanji
		{"反映前は、まだ有効にできません。", 26, "反映前は、まだ|有効にできません。"},      // nor within a phrase
		{"レコードは、お名前.com の画面で", 14, "レコードは、|お名前.com の|画面で"}, // nor behind the polite prefix
		{"転送されることがあるなら、よい", 20, "転送されることが|あるなら、よい"},
		{"ホームページの問い合わせフォームをレンタルサーバーから送る", 52, "ホームページの問い合わせフォームを|レンタルサーバーから送る"},
		{"ドメイン > 設定 > 編集", 15, "ドメイン >|設定 > 編集"}, // nor before the sign between two steps of a menu
		{"レンタルサーバ", 12, "レンタル|サーバ"},              // a word that is too long is cut near its middle
		{"レンタルサーバー", 10, "レンタル|サーバー"},
		{"手がかりです。貼り付けた内容を送る", 20, "手がかりです。|貼り付けた内容を送る"},         // nor within a compound verb
		{"届くかどうかは、DNS だけではわからない", 36, "届くかどうかは、|DNS だけではわからない"}, // nor between a word and its particle
		{"ひらがなだけがつづくながいぶんしょう", 16, "ひらがなだけがつ|づくながいぶん|しょう"},
	} {
		if got := strings.Join(wrap(c.text, c.w), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.w, got, c.want)
		}
	}
}

// TestWrapEveryText: no line of any Japanese text breaks the rules, at the widths of the columns that are in use.
func TestWrapEveryText(t *testing.T) {
	names, err := filepath.Glob("../i18n/ja/*.toml")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	action := regexp.MustCompile(`{{[^}]*}}`)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^[a-z-]+ = "(.*)"$`).FindAllStringSubmatch(string(raw), -1) {
			for _, w := range []int{44, 60, 76, 88} {
				lines := wrap(action.ReplaceAllString(m[1], "example.jp"), w)
				for i, l := range lines {
					if first := firstRune(l); i > 0 && first >= "\u3000" && strings.Contains(noStart, first) || i > 0 && width(l) <= 4 && strings.HasSuffix(l, "。") {
						t.Errorf("%s at %d: a line is %q:\n%s", name, w, l, strings.Join(lines, "\n"))
					}
					if r := []rune(l); i < len(lines)-1 && len(r) > 0 && strings.ContainsRune(noEnd, r[len(r)-1]) {
						t.Errorf("%s at %d: a line ends %q", name, w, l)
					}
				}
			}
		}
	}
}

// FuzzWrap: no line is wider than asked, and nothing but spaces is lost or added.
func FuzzWrap(f *testing.F) {
	f.Add("メールが「Gmail」に届かない、原因。", 10)
	f.Add("v=spf1 include:_spf.google.com ~all", 7)
	f.Add("e\u0301\u200d👩‍👩‍👧 ーーー（（（", 3)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = 2 + (w&0xff)%80
		bare := func(s string) string {
			return strings.NewReplacer(" ", "", "\n", "").Replace(s)
		}
		lines := wrap(s, w)
		for _, l := range lines {
			if width(l) > w {
				t.Errorf("%q is wider than %d", l, w)
			}
		}
		if got := strings.Join(lines, ""); bare(got) != bare(s) {
			t.Errorf("wrap(%q) = %q", s, got)
		}
		if got := strings.Join(chop(s, w), ""); got != s {
			t.Errorf("chop(%q) = %q", s, got)
		}
	})
}

func TestSides(t *testing.T) {
	for _, c := range []struct{ left, right, want string }{
		{"左", "右", "左     右"},
		{"長い左の文", "右", "長い…  右"},
		{"左", "", "左"},
	} {
		if got := sides(c.left, c.right, 9, "…"); got != c.want {
			t.Errorf("sides(%q, %q) = %q, want %q", c.left, c.right, got, c.want)
		}
	}
}
