package tui

// copier is a page on which Ctrl+C asks before it leaves: it may have been meant to copy. Here says whether c copies now.
type copier interface{ copies() (here bool) }

func (s records) copies() bool {
	ch, ok := s.change()
	return ok && !s.box.open && !ch.Lacks() && !s.words().Switch
}

func (s watch) copies() bool {
	_, wrong := s.fault()
	return wrong
}
