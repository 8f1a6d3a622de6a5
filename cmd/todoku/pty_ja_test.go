package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// resizes changes the terminal's size.
func (s *screen) resizes(w, h int) {
	s.t.Helper()
	s.mu.Lock()
	s.em.Resize(w, h)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		s.t.Fatal(err)
	}
}

// leaves waits until the program ends.
func (s *screen) leaves() {
	s.t.Helper()
	select {
	case err := <-s.gone:
		if err != nil {
			s.t.Errorf("left with %v", err)
		}
	case <-time.After(60 * time.Second):
		s.t.Errorf("it does not leave:\n%s", s.text())
	}
}

// says waits until the program has written a text, on whichever screen.
func (s *screen) says(text string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(s.raw.String(), text) {
		s.t.Errorf("%q was not said at the end", text)
	}
}

// As people in Japan do it: the domain in full-width letters, half of it pasted; a line corrected by a search; the window
// made smaller and bigger; a record published wrong, seen to be wrong, and mended; and the summary written.
func TestWalkAsPeopleDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := inTerminal(t, dir, "--lab", "S5")
	s.sees("tanaka-foods.example")
	s.types("\x15", "ｔａｎａｋａ－ｆｏｏｄｓ", "\x1b[200~．ｅｘａｍｐｌｅ\x1b[201~")
	s.sees("ｅｘａｍｐｌｅ")
	s.types(enter)
	s.sees("次のとおりで合っていますか")
	s.sees("さくら")
	s.resizes(60, 20)
	s.sees("次のとおりで合っていますか")
	s.types(down, enter)
	s.sees("検索")
	s.types("ｓａｋｕｒａ")
	s.sees("さくら")
	s.types(enter)
	s.sees("次のとおりで合っていますか")
	s.resizes(72, 30)
	s.sees("診断へ")
	s.types("k", "k", "k", enter)
	s.sees("SPF レコードがありません")
	s.resizes(80, 24)
	s.types(enter)
	s.sees("レコード 1 / 3")
	s.types(enter)
	s.sees("レコード 2 / 3")
	s.types(enter)
	s.sees("受け取るアドレスを入力")
	s.types(enter)
	s.sees("レコード 3 / 3")
	s.types(enter)
	s.sees("未反映")
	s.types("w")
	s.sees("どの間違いを試しますか")
	s.types(enter)
	s.sees("直すレコードへ")
	s.types("p")
	s.sees("設定は正しく保存されています")
	s.types("e")
	s.sees("ファイルに保存")
	s.types(enter)
	s.sees("保存しました")
	s.types("q")
	s.leaves()
	if files, err := filepath.Glob(filepath.Join(dir, "*.txt")); err != nil || len(files) != 1 {
		t.Errorf("exported %v, %v", files, err)
	}
}

// Who leaves in the middle goes on from there: at a record with the answers as they were, in the wait with the wait, and so after the window was closed.
func TestLeaveAndComeBack(t *testing.T) {
	t.Parallel()
	how := offered(t, "S5")
	args := append(how[1:], "--watch", "練習="+how[2])
	dir := t.TempDir()
	s := inTerminal(t, dir, args...)
	s.sees("ドメイン名かメールアドレス")
	s.types("\x1b[200~ｉｎｆｏ＠ｔａｎａｋａ－ｆｏｏｄｓ．ｅｘａｍｐｌｅ\x1b[201~")
	s.sees("ｅｘａｍｐｌｅ")
	s.types(enter)
	s.sees("次のとおりで合っていますか")
	s.sees("さくら")
	s.types(enter)
	s.sees("SPF レコードがありません")
	s.types(enter)
	s.sees("レコード 1 / 3")
	s.types(" ")
	s.sees("保存済み")
	s.types("\x03") // as who wants to copy: it asks
	s.sees("もう一度 Ctrl+C")
	s.types("\x03")
	s.leaves()
	s.says("続きは")

	s = inTerminal(t, dir, args...)
	s.sees("続きから")
	s.sees("tanaka-foods.example")
	s.types(enter)
	s.sees("次のとおりで合っていますか") // DNS is looked at anew, and the answers stand
	s.sees("さくら")
	s.types(enter)
	s.sees("SPF レコードがありません")
	s.types(enter)
	s.sees("レコード 1 / 3")
	s.types(enter)
	s.sees("レコード 2 / 3")
	s.types(enter)
	s.sees("受け取るアドレスを入力")
	s.sees("info@tanaka-foods.example")
	s.types(enter)
	s.sees("レコード 3 / 3")
	s.types(enter)
	s.sees("未反映")
	s.types("q")
	s.leaves()

	s = inTerminal(t, dir, args...)
	s.sees("続きから")
	s.types(enter)
	s.sees("未反映")
	s.resizes(60, 20)
	s.sees("未反映")
	_ = s.tty.Close() // the window: the program is told by a signal, and reads no more
	<-s.gone

	s = inTerminal(t, dir, args...)
	s.sees("続きから")
	s.sees("tanaka-foods.example")
	s.types("\x03")
	s.leaves()
}
