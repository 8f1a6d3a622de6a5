package providers

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// TestProviderPages: every entry is readable at 80 columns in both languages, with its source and date; what is old says so.
func TestProviderPages(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
		layout := (&cli.Program{Lang: lang}).Layout()
		for _, p := range known(cat) {
			base := p.Base()
			seen, err := time.Parse(time.DateOnly, base.Checked)
			if err != nil {
				t.Fatal(err)
			}
			text := document.ProviderPage(lang, p, seen, layout)
			for line := range strings.Lines(text) {
				if w := ansi.StringWidth(strings.TrimSpace(line)); w > 80 && !strings.Contains(line, "://") {
					t.Errorf("%s %s: %d columns: %s", lang, base.ID, w, line)
				}
			}
			for _, want := range append(document.Sources(lang, base.Source), base.Checked, base.Name.In(string(lang))) {
				if lang == i18n.JA && strings.HasPrefix(want, "article: ") {
					t.Errorf("%s: %q is in English", base.ID, want)
				}
				if !strings.Contains(flat(text), flat(want)) {
					t.Errorf("%s %s does not show %q", lang, base.ID, want)
				}
			}
			for _, w := range base.Beware {
				if !strings.Contains(flat(text), flat(w.Text.In(string(lang)))) {
					t.Errorf("%s %s does not show %q", lang, base.ID, w.Text.In(string(lang)))
				}
			}
			if later := document.ProviderPage(lang, p, seen.AddDate(1, 0, 1), layout); later == text || !strings.Contains(later, base.Checked) {
				t.Errorf("%s %s: a source of more than a year ago looks like a fresh one", lang, base.ID)
			}
		}
	}
}

// flat is text without its spaces and line ends.
func flat(s string) string { return strings.Join(strings.Fields(s), "") }

// TestProvidersDocs keeps docs/providers.md and docs/providers.ja.md what the catalogue says; TODOKU_UPDATE=1 writes them.
func TestProvidersDocs(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, name := range map[i18n.Lang]string{i18n.EN: "../../../../docs/providers.md", i18n.JA: "../../../../docs/providers.ja.md"} {
		want := providersDoc(lang, cat)
		got, err := os.ReadFile(name)
		// A merge may leave two neighbours in either order.
		if err == nil && slices.Equal(slices.Sorted(strings.Lines(string(got))), slices.Sorted(strings.Lines(want))) {
			continue
		}
		if os.Getenv("TODOKU_UPDATE") != "1" {
			t.Errorf("%s is not what the catalogue says: run\n\tTODOKU_UPDATE=1 go test ./cmd/todoku/verb/providers -run ProvidersDocs", strings.TrimPrefix(name, "../../../../"))
			continue
		}
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var docWords = map[i18n.Lang]map[string]string{
	i18n.EN: {
		"title": "Supported systems", "other": "[日本語](providers.ja.md)",
		"intro": "Made from the files under `checks/catalog` by a test; do not edit by hand. `todoku providers ID` shows all that is known of one. " +
			"A value marked (?) is not confirmed by a page of the company, and is worded softly.",
		"hosts": "Mail hosts", "senders": "Services that send", "panels": "DNS panels",
		"name": "Name", "spf": "SPF needs", "dkim": "DKIM", "align": "SPF counts for DMARC", "self": "The domain itself", "sub": "`_dmarc`", "long": "Long TXT", "day": "Looked at",
		"yes": "yes", "no": "no", "auto": "by itself", "unknown": "?", "none": "nothing", "own": "nothing (own address)",
		"default": "yes", "custom": "with an own return address", "never": "no", "blank": "(empty)", "cannot": "cannot be edited", "chunks": "in quoted pieces", "limit": "up to %s",
	},
	i18n.JA: {
		"title": "対応しているサービス", "other": "[English](providers.md)",
		"intro": "`checks/catalog` のファイルからテストが作る表です。手では直しません。`todoku providers ID` で、1 つずつ詳しく確認できます。" +
			"(?) は、公式の説明では確認できていない値です。",
		"hosts": "メールサービス", "senders": "送信サービス", "panels": "DNS 設定画面",
		"name": "名前", "spf": "SPF に必要な値", "dkim": "DKIM", "align": "SPF が DMARC に有効か", "self": "ドメイン自身", "sub": "`_dmarc`", "long": "長い TXT", "day": "確認日",
		"yes": "できる", "no": "できない", "auto": "自動", "unknown": "?", "none": "なし", "own": "なし (自分のアドレスで送る)",
		"default": "有効", "custom": "戻り先を自分のドメインにしたとき", "never": "無効", "blank": "(空欄)", "cannot": "変更できない", "chunks": "引用符で分けて", "limit": "%s 文字まで",
	},
}

func providersDoc(lang i18n.Lang, cat *catalog.Catalog) string {
	w := docWords[lang]
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n%s\n", w["title"], w["other"], w["intro"])
	// No number of entries stands in the head: two branches that add one each must merge by themselves.
	table := func(title string, head ...string) {
		fmt.Fprintf(&b, "\n## %s\n\n| %s |\n|%s\n", w[title], strings.Join(head, " | "), strings.Repeat("---|", len(head)))
	}
	row := func(e catalog.Entry, cells ...string) {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", strings.ReplaceAll(e.Name.In(string(lang)), "|", "/"), e.ID, strings.Join(cells, " | "), e.Checked)
	}
	soft := func(e catalog.Entry, topic, text string) string {
		if e.Conf[topic].Soft() && text != "?" {
			return text + " (?)"
		}
		return text
	}
	code := func(terms []string, none string) string {
		if len(terms) == 0 {
			return none
		}
		return "`" + strings.Join(terms, " ") + "`"
	}
	table("hosts", w["name"], "ID", w["spf"], w["dkim"], w["day"])
	for _, h := range cat.Hosts() {
		row(h.Entry, soft(h.Entry, "spf", code(h.SPF, "?")), soft(h.Entry, "dkim", w[string(h.DKIM.Can)]))
	}
	table("senders", w["name"], "ID", w["spf"], w["align"], w["dkim"], w["day"])
	for _, s := range cat.Senders() {
		if s.OwnFrom {
			row(s.Entry, w["own"], "", "")
			continue
		}
		row(s.Entry, soft(s.Entry, "spf", code(s.SPF, w["none"])), soft(s.Entry, "align", w[string(s.Align)]), soft(s.Entry, "dkim", w[string(s.DKIM.Can)]))
	}
	table("panels", w["name"], "ID", w["self"], w["sub"], w["long"], w["day"])
	for _, p := range cat.Panels() {
		if len(p.Apex) == 0 {
			row(p.Entry, w["cannot"], "", "")
			continue
		}
		self := map[catalog.HostForm]string{"blank": w["blank"], "fqdn": "`example.jp`", "fqdn.": "`example.jp.`", "@": "`@`", "unknown": "?"}[p.Apex[0]]
		sub := map[catalog.HostForm]string{"fqdn": "`_dmarc.example.jp`", "fqdn.": "`_dmarc.example.jp.`"}[p.Sub]
		if sub == "" {
			sub = "`_dmarc`"
		}
		long := map[string]string{"auto": w["yes"], "chunks": w["chunks"], "unknown": "?"}[p.Long]
		if n, ok := strings.CutPrefix(p.Long, "limit:"); ok {
			long = fmt.Sprintf(w["limit"], n)
		}
		row(p.Entry, soft(p.Entry, "host", self), sub, soft(p.Entry, "long", long))
	}
	return b.String()
}
