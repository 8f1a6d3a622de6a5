package tui

// The pages with something to copy, where Ctrl+C asks before it leaves.
func (records) copies() {}
func (watch) copies()   {}
