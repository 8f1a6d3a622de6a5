package lab

import (
	"sync"
	"time"
)

// Clock is a clock that can run faster, pause and jump, but never runs backwards. It is safe for concurrent use. The
// zero value cannot be used; see NewClock.
type Clock struct {
	mu    sync.Mutex
	lab   time.Time // the lab's time at the moment real
	real  time.Time
	times int
}

// NewClock starts a clock at start, at normal speed.
func NewClock(start time.Time) *Clock {
	return &Clock{lab: start, real: time.Now(), times: 1}
}

// StoppedClock returns a clock that stands still at start until it is moved or gets a speed; for tests.
func StoppedClock(start time.Time) *Clock {
	return &Clock{lab: start, real: time.Now()}
}

// Speed sets how many times faster than real time the clock runs from now on; 0 pauses, and less counts as 0.
func (c *Clock) Speed(times int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	c.times = max(times, 0)
}

// Now is the lab's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(time.Now())
}

// Advance jumps forward; a negative d does nothing.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	c.lab = c.lab.Add(max(d, 0))
}

func (c *Clock) now(wall time.Time) time.Time {
	return c.lab.Add(wall.Sub(c.real) * time.Duration(c.times))
}

// settle moves the base to the present, so that a new speed does not reach back.
func (c *Clock) settle() {
	now := time.Now()
	c.lab, c.real = c.now(now), now
}
