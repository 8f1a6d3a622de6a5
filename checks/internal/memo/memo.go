// Package memo remembers what was worked out of a text lately: many rules read the same few records again and again.
package memo

import "sync"

// Memo holds what was made of the texts that were asked for last. Any number of goroutines may use it.
type Memo[V any] struct {
	// Most is how many bytes of text are held, twice over: when one half is full, the other is forgotten.
	Most int

	mu       sync.Mutex
	now, old map[string]V
	size     int
}

// Get gives what make makes of a text; it is made once, as long as it is remembered. Several callers get the same value, and
// must leave what it points to as it is.
func (m *Memo[V]) Get(text string, make func(string) V) V {
	m.mu.Lock()
	v, ok := m.now[text]
	if !ok {
		v, ok = m.old[text]
		if ok {
			m.keep(text, v)
		}
	}
	m.mu.Unlock()
	if ok {
		return v
	}
	v = make(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(text, v)
	return v
}

func (m *Memo[V]) keep(text string, v V) {
	if m.size += len(text); m.now == nil || m.size > m.Most {
		m.now, m.old, m.size = map[string]V{}, m.now, len(text)
	}
	m.now[text] = v
}

// Forget empties it.
func (m *Memo[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now, m.old, m.size = nil, nil, 0
}
