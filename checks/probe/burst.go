package probe

import (
	"sync"
	"time"

	"example.org/todoku/checks/snapshot"
)

// Answers arrive in bursts; those of one burst share one call of Next, and wake the run once. A burst ends with the last
// answer to what was sent until then, or with a pause, since an answer may be late. The pauses are short compared with any
// network's, and limited so that a steady trickle delays nothing; a process that waits for the network sleeps a whole
// millisecond at least. If Next takes long because the answers are huge, the pauses grow with it, so that it is called less
// often. They are longer while only guessed names were found not to exist, which hardly ever leads to new questions.
//
// With many domains at once, other runs use the time, so the pauses are longer to save work, and are always waited for.
const (
	burstGap  = 200 * time.Microsecond
	burstMax  = time.Millisecond
	burstTop  = 200 * time.Millisecond
	barrenGap = 5 * time.Millisecond
	barrenMax = 20 * time.Millisecond
	manyGap   = 10 * time.Millisecond
	manyMax   = 40 * time.Millisecond
)

// burst collects answers until it is time to look at them.
type burst struct {
	many   bool                        // other runs use the time
	barren func(*snapshot.Answer) bool // leads to no question by itself
	over   chan struct{}               // has room for one

	mu     sync.Mutex
	waves  waves
	list   []*snapshot.Answer
	urgent bool          // one of them may lead to a question
	began  time.Time     // when the first came, or the first urgent one
	last   time.Time     // when the last came
	work   time.Duration // what the next call of Next takes
	pause  *time.Timer
}

func newBurst(many bool, barren func(*snapshot.Answer) bool) *burst {
	return &burst{many: many, barren: barren, over: make(chan struct{}, 1)}
}

// send starts a wave of so many questions and returns its number.
func (b *burst) send(questions int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waves.send(questions)
}

// expect sets how long the next call of Next is expected to take.
func (b *burst) expect(work time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.work = min(work, burstTop)
}

// tell adds an answer to a question of a wave. It does not block.
func (b *burst) tell(a *snapshot.Answer, wave int) {
	urgent := !b.barren(a)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waves.answered(wave)
	b.last = time.Now()
	first := len(b.list) == 0
	if first || urgent && !b.urgent {
		b.began, b.urgent = b.last, urgent
		first = true
	}
	b.list = append(b.list, a)
	switch {
	case b.waves.done() && (!b.many || b.waves.empty()):
		b.end()
	case first:
		b.rest()
	}
}

// end ends the burst.
func (b *burst) end() {
	if b.pause != nil {
		b.pause.Stop()
	}
	select {
	case b.over <- struct{}{}:
	default:
	}
}

// rest waits for the pause after which the burst counts as over.
func (b *burst) rest() {
	gap, most := b.patience()
	until := b.last.Add(gap)
	if end := b.began.Add(most); end.Before(until) {
		until = end
	}
	left := time.Until(until)
	switch {
	case left <= 0:
		b.end()
	case b.pause == nil:
		b.pause = time.AfterFunc(left, b.look)
	default:
		b.pause.Reset(left)
	}
}

// look ends the burst if the pause was long enough.
func (b *burst) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) > 0 {
		b.rest()
	}
}

// patience returns how long to wait for the next answer of a burst, and for the whole burst.
func (b *burst) patience() (gap, most time.Duration) {
	switch {
	case b.many && !b.urgent:
		gap, most = 3*manyGap, 3*manyMax
	case b.many:
		gap, most = manyGap, manyMax
	case b.urgent:
		gap, most = burstGap, burstMax
	default:
		gap, most = barrenGap, barrenMax
	}
	return max(gap, b.work), max(most, b.work)
}

// take returns the answers of a burst, once it is over. It returns none if until comes first.
func (b *burst) take(until <-chan time.Time) []*snapshot.Answer {
	for {
		select {
		case <-b.over:
			if list := b.taken(); len(list) > 0 {
				return list
			}
		case <-until:
			return b.taken()
		}
	}
}

func (b *burst) taken() (list []*snapshot.Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list, b.list, b.urgent = b.list, nil, false
	return list
}
