package probe

import (
	"maps"
	"slices"

	"example.org/todoku/checks/snapshot"
)

// table holds something about each of many questions. There are few questions about one name, and a name alone is hashed
// faster than a whole key. The zero value is empty.
type table[V any] struct {
	rows []row[V]
	last map[string]int32 // the last row about each name
}

type row[V any] struct {
	key   snapshot.Key
	prev  int32 // the row before it about the same name; -1 if there is none
	value V
}

// at returns the value for a question, until the next put; nil if there is none.
func (t *table[V]) at(k snapshot.Key) *V {
	i, ok := t.last[k.Name]
	for ; ok && i >= 0; i = t.rows[i].prev {
		if r := &t.rows[i]; r.key.Type == k.Type && r.key.Via == k.Via && r.key.At == k.At {
			return &r.value
		}
	}
	return nil
}

// put sets the value for a question.
func (t *table[V]) put(k snapshot.Key, v V) {
	if old := t.at(k); old != nil {
		*old = v
		return
	}
	if t.last == nil {
		t.last, t.rows = make(map[string]int32, usualList), make([]row[V], 0, usualList)
	}
	before, ok := t.last[k.Name]
	if !ok {
		before = -1
	}
	t.last[k.Name] = int32(len(t.rows))
	t.rows = append(t.rows, row[V]{k, before, v})
}

// first returns the value for a question, which is v if there was none.
func (t *table[V]) first(k snapshot.Key, v V) V {
	if old := t.at(k); old != nil {
		return *old
	}
	t.put(k, v)
	return v
}

func (t *table[V]) clone() table[V] {
	return table[V]{slices.Clone(t.rows), maps.Clone(t.last)}
}

// clear empties the table, and keeps its memory.
func (t *table[V]) clear() {
	clear(t.last)
	t.rows = t.rows[:0]
}
