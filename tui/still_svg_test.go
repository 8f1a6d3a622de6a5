package tui_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"example.org/todoku/tui"
	"example.org/todoku/tui/still"
)

// A picture is sound XML whatever stands on the screen; letters keep their cells, colours and weight, and what is no letter
// is not drawn.
func TestStillSVG(t *testing.T) {
	screen := "ab \x1b[1mbold\x1b[0m <&>\n日本 \x1b[38;5;210mred\x1b[39m \x1b[7mback\x1b[27m\x1b[7777z \x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\\nbelow"
	for on, ground := range map[tui.Background]string{tui.Dark: "#16191d", tui.Light: "#ffffff"} {
		got := still.SVG(screen, 40, 2, on)
		for d := xml.NewDecoder(strings.NewReader(got)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []string{ground, `font-weight="bold">bold<`, "&lt;&amp;&gt;", `fill="#ff8787">red<`, `>link<`, `x="58.0" y="49" textLength="25.2" fill="#ff8787">red<`, `fill="` + ground + `">back<`} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in\n%s", on, want, got)
			}
		}
		for _, wrong := range []string{"\x1b", "7777", "a.example", "below"} {
			if strings.Contains(got, wrong) {
				t.Errorf("%s: %q is drawn:\n%s", on, wrong, got)
			}
		}
	}
}
