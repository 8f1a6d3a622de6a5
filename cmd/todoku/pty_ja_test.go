package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/creack/pty"
)

// resizes gives the terminal another size.
func (s *screen) resizes(w, h int) {
	s.t.Helper()
	s.mu.Lock()
	s.em.Resize(w, h)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		s.t.Fatal(err)
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
	select {
	case err := <-s.gone:
		if err != nil {
			t.Errorf("left with %v", err)
		}
	case <-time.After(60 * time.Second):
		t.Errorf("q does not leave:\n%s", s.text())
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*.txt")); err != nil || len(files) != 1 {
		t.Errorf("exported %v, %v", files, err)
	}
}
