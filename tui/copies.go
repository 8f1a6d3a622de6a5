package tui

// copier is a page from which something can be copied, so that Ctrl+C there asks before it leaves. copies reports
// whether there is something to copy now.
type copier interface{ copies() (here bool) }

func (s records) copies() bool {
	ch, ok := s.change()
	return ok && !s.box.open && !ch.Lacks() && !s.words().Switch
}

func (s watch) copies() bool {
	_, wrong := s.fault()
	return wrong
}
