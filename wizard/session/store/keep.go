package store

import "example.org/todoku/wizard/session"

// Keep performs session.Keep, and returns the ID under which the run is kept; "" if it is not. A nil Store keeps
// nothing.
func (s *Store) Keep(k session.Keep) (id string, err error) {
	if s == nil {
		return "", nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, begun := s.logs[k.ID]
	switch {
	case k.ID == "":
		if l, err = s.Create(k.Record); err != nil {
			return "", err
		}
	case !begun:
		l = s.Open(Run{ID: k.ID}, k.Record.Places)
	}
	if s.logs == nil {
		s.logs = map[string]*Log{}
	}
	s.logs[l.ID] = l
	return l.ID, l.keep(k)
}

// keep writes the record if it has changed, the looks, and that the run is done. Looks that could not be written, or
// that follow something that could not, are tried again next time.
func (l *Log) keep(k session.Keep) error {
	l.mu.Lock()
	l.places = k.Record.Places
	l.mu.Unlock()
	var failed error
	if k.ID != "" && k.Changed {
		failed = l.Replan(k.Record)
	}
	if err := l.Add(k.Looks); failed == nil {
		failed = err
	}
	if failed == nil && k.Done {
		failed = l.Finish()
	}
	return failed
}
