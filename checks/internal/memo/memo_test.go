package memo

import (
	"strings"
	"testing"
)

// A text is read once as long as it is remembered; what was not asked for lately is forgotten.
func TestMemo(t *testing.T) {
	made := 0
	m := Memo[int]{Most: 10}
	length := func(s string) int { made++; return len(s) }
	for range 3 {
		for _, s := range []string{"", "abc", "abcd"} {
			if got := m.Get(s, length); got != len(s) {
				t.Errorf("%q: %d", s, got)
			}
		}
	}
	if made != 3 {
		t.Errorf("made %d times", made)
	}
	for i := range 20 {
		m.Get(strings.Repeat("x", i), length)
	}
	if before := made; m.Get("abc", length) != 3 || made == before || len(m.now)+len(m.old) > 6 {
		t.Errorf("nothing was forgotten: %d and %d", len(m.now), len(m.old))
	}
	m.Forget()
	if before := made; m.Get("abc", length) != 3 || made == before {
		t.Error("something was remembered")
	}
}
