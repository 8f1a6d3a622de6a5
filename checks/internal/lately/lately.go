// Package lately remembers what was made of the texts that were read last, so that a record which many rules look at is
// read once. It is for pure functions of one text.
package lately

import "sync"

// enough is how many bytes of texts are remembered at least, and twice that at most: the records of hundreds of domains.
const enough = 96 << 10

// Memory holds the values of the texts that were asked for last. The zero value is empty; it is safe for concurrent use.
type Memory[V any] struct {
	mu          sync.Mutex
	young, aged map[string]V
	size        int // bytes of the texts in young
}

// Get returns what was put for a text, and whether that is still known.
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

// Put remembers the value of a text. What was not asked for in the meantime is forgotten for it.
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

// Forget empties the memory.
func (m *Memory[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.aged, m.size = nil, nil, 0
}
