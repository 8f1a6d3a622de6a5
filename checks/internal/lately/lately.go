// Package lately is a small cache for pure functions of a text: it keeps the results for the texts that were used last,
// so that a record is parsed once although many rules look at it.
package lately

import "sync"

// enough is the number of bytes of texts that are kept at least; up to about twice as many may be.
const enough = 96 << 10

// Memory holds the values for the texts that were used last. The zero value is empty. It is safe for concurrent use.
type Memory[V any] struct {
	mu          sync.Mutex
	young, aged map[string]V
	size        int // bytes of the texts in young
}

// Get returns the value for a text, and whether it is still known.
func (m *Memory[V]) Get(text string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.young[text]
	if !ok {
		if v, ok = m.aged[text]; ok {
			m.put(text, v)
		}
	}
	return v, ok
}

// Put stores the value for a text. It may drop texts that were not used for a while.
func (m *Memory[V]) Put(text string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(text, v)
}

func (m *Memory[V]) put(text string, v V) {
	if m.size > enough {
		m.young, m.aged, m.size = nil, m.young, 0
	}
	if m.young == nil {
		m.young = make(map[string]V)
	}
	if _, known := m.young[text]; !known {
		m.size += len(text)
	}
	m.young[text] = v
}

// Forget empties the cache.
func (m *Memory[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.aged, m.size = nil, nil, 0
}
