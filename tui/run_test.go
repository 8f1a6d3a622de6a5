package tui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

func TestBursts(t *testing.T) {
	clock := testDay
	b := &bursts{now: func() time.Time { return clock }}
	send := func(after time.Duration, k string) tea.KeyMsg {
		clock = clock.Add(after)
		return b.filter(nil, keyMsg(k)).(tea.KeyMsg)
	}
	if m := send(time.Second, "a"); m.Paste {
		t.Error("a single letter is no paste")
	}
	if m := send(time.Millisecond, "q"); !m.Paste || hotkey(m) != "" {
		t.Error("a letter in a burst is no hotkey")
	}
	if m := send(time.Millisecond, "enter"); string(m.Runes) != "\n" {
		t.Error("Enter in a burst is a line break")
	}
	if m := send(100*time.Millisecond, "enter"); m.Type != tea.KeyEnter {
		t.Error("Enter after a burst is Enter")
	}
	if m, ok := b.filter(nil, tea.WindowSizeMsg{Width: 3}).(tea.WindowSizeMsg); !ok || m.Width != 3 {
		t.Error("other messages pass")
	}
}
