package tui

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// keyboard plays a terminal: one Read a chunk, at most as much as is asked for, with a pause before each.
type keyboard struct {
	chunks []chunk
	clock  time.Time
}

type chunk struct {
	text  string
	after time.Duration
}

func (f *keyboard) Read(b []byte) (int, error) {
	if len(f.chunks) == 0 {
		return 0, io.EOF
	}
	c := &f.chunks[0]
	f.clock = f.clock.Add(c.after)
	c.after = 0
	n := copy(b, c.text)
	if c.text = c.text[n:]; c.text == "" {
		f.chunks = f.chunks[1:]
	}
	return n, nil
}

// through reads all with Bubble Tea's buffer.
func through(t *testing.T, chunks ...chunk) (out string, cuts int) {
	t.Helper()
	f := &keyboard{chunks: chunks}
	p := &pastes{read: f.Read, now: func() time.Time { return f.clock }, told: func() { cuts++ }}
	var all bytes.Buffer
	for buf := make([]byte, 256); ; {
		n, err := p.Read(buf)
		all.Write(buf[:n])
		if err != nil {
			return all.String(), cuts
		}
		if n == 0 {
			t.Fatal("an empty read")
		}
	}
}

func TestPastesAreBounded(t *testing.T) {
	long := strings.Repeat("Received: x\n", 40_000) // 480 KB
	key := func(s string) chunk { return chunk{s, 2 * pastePause} }
	for _, c := range []struct {
		name   string
		chunks []chunk
		want   string
		cuts   int
	}{
		{"keys", []chunk{{text: "abc\x1b[A"}}, "abc\x1b[A", 0},
		{"a paste", []chunk{{text: pasteBegin + "mail\n" + pasteEnd}, key("x")}, pasteBegin + "mail\n" + pasteEnd + "x", 0},
		{"in pieces", []chunk{{text: "\x1b[20"}, {text: "0~ma"}, {text: "il\x1b[2"}, {text: "01~x"}}, pasteBegin + "mail" + pasteEnd + "x", 0},
		{"too long", []chunk{{text: pasteBegin + long + pasteEnd}, key("x")}, pasteBegin + long[:maxPasteBytes] + pasteEnd + "x", 1},
		{"too long, the mark in pieces", []chunk{{text: pasteBegin + long + "\x1b[20"}, {text: "1~"}, key("x")},
			pasteBegin + long[:maxPasteBytes] + pasteEnd + "x", 1},
		{"two", []chunk{{text: pasteBegin + long + pasteEnd}, {text: pasteBegin + "b" + pasteEnd}},
			pasteBegin + long[:maxPasteBytes] + pasteEnd + pasteBegin + "b" + pasteEnd, 1},
		{"no end", []chunk{{text: pasteBegin + "mail"}, key("x")}, pasteBegin + "mail" + pasteEnd + "x", 0},
		{"no end, and too long", []chunk{{text: pasteBegin + long}, key("\r")}, pasteBegin + long[:maxPasteBytes] + pasteEnd + "\r", 1},
		{"no end, Ctrl+C", []chunk{{text: pasteBegin}, {text: "\x03"}}, pasteBegin + pasteEnd + "\x03", 0},
		{"a late end", []chunk{{text: pasteBegin + "mail"}, key(pasteEnd)}, pasteBegin + "mail" + pasteEnd, 0},
		{"a slow line", []chunk{{text: pasteBegin + "mail"}, {text: strings.Repeat("y", 100), after: 2 * pastePause}, {text: pasteEnd}},
			pasteBegin + "mail" + strings.Repeat("y", 100) + pasteEnd, 0},
	} {
		got, cuts := through(t, c.chunks...)
		if got != c.want || cuts != c.cuts {
			t.Errorf("%s: %d bytes, want %d; %d cuts, want %d; %q", c.name, len(got), len(c.want), cuts, c.cuts, got[max(0, len(got)-40):])
		}
	}
}

// Whatever comes, short pastes pass as they came, and what is written fits.
func FuzzPastes(f *testing.F) {
	f.Add([]byte("a\x1b[200~b\x1b[201~c"), byte(3))
	f.Add([]byte("\x1b[200~\x1b[200~\x1b[201~\x03"), byte(200))
	f.Fuzz(func(t *testing.T, text []byte, size byte) {
		if bytes.IndexByte(text, interrupt) >= 0 {
			return // alone in a chunk it ends a paste
		}
		var chunks []chunk
		for part := range slices.Chunk(text, int(size)+1) {
			chunks = append(chunks, chunk{text: string(part)})
		}
		if got, cuts := through(t, chunks...); got != string(text) || cuts != 0 {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// What a terminal without bracketed paste sends at once is a paste: its line breaks are no Enter, and its letters no keys.
// Keys that come together are keys.
func TestPastesWithoutMarks(t *testing.T) {
	wrapped := func(s string) string { return pasteBegin + s + pasteEnd }
	late := func(s string) chunk { return chunk{s, time.Second} }
	for _, c := range []struct {
		name   string
		chunks []chunk
		want   string
	}{
		{"lines", []chunk{{text: "tanaka.example\rquestions? q\rq\r"}, late("q")}, wrapped("tanaka.example\rquestions? q\rq\r") + "q"},
		{"in pieces", []chunk{{text: "one\rtwo lines of text"}, {text: "\r"}, {text: "q"}, late("\r")},
			wrapped("one\rtwo lines of text") + wrapped("\r") + wrapped("q") + "\r"},
		{"a letter in pieces", []chunk{{text: "one\rtwo lines of text \xe5"}, {text: "\xb1"}, {text: "\xb1"}}, wrapped("one\rtwo lines of text \u5c71")},
		{"an input method and Enter", []chunk{{text: "\u3055\u304f\u3089\u306e\u30ec\u30f3\u30bf\u30eb\u30b5\u30fc\u30d0\r"}}, "\u3055\u304f\u3089\u306e\u30ec\u30f3\u30bf\u30eb\u30b5\u30fc\u30d0\r"},
		{"keys together", []chunk{{text: "\r\r\rp\rsakura\r"}}, "\r\r\rp\rsakura\r"},
		{"arrows and text", []chunk{{text: "\x1b[B\rwhatever it may be"}}, "\x1b[B\rwhatever it may be"},
		{"Ctrl+C at once", []chunk{{text: "one\rtwo lines of text"}, {text: "\x03"}}, wrapped("one\rtwo lines of text") + "\x03"},
	} {
		if got, cuts := through(t, c.chunks...); got != c.want || cuts != 0 {
			t.Errorf("%s: %q, want %q (%d cuts)", c.name, got, c.want, cuts)
		}
	}
	long := strings.Repeat("a line of a mail\r", 40_000)
	got, cuts := through(t, chunk{text: long}, late("x"))
	if plain := strings.NewReplacer(pasteBegin, "", pasteEnd, "").Replace(got); plain != long[:maxPasteBytes]+"x" || cuts != 1 {
		t.Errorf("%d bytes of a long paste, cut %d times", len(plain), cuts)
	}
}
