package lab

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(start)
		check := func(want time.Duration) {
			t.Helper()
			if got := c.Now().Sub(start); got != want {
				t.Errorf("%s after the start, want %s", got, want)
			}
		}
		time.Sleep(time.Second)
		check(time.Second)
		c.Speed(60)
		check(time.Second)
		time.Sleep(2 * time.Second)
		check(121 * time.Second)
		c.Speed(0)
		time.Sleep(time.Hour)
		check(121 * time.Second)
		c.Advance(time.Hour)
		c.Advance(-time.Hour)
		check(time.Hour + 121*time.Second)
		c.Speed(-3)
		time.Sleep(time.Second)
		check(time.Hour + 121*time.Second)
		c.Speed(1)
		time.Sleep(time.Second)
		check(time.Hour + 122*time.Second)
		c = StoppedClock(start)
		time.Sleep(time.Hour)
		check(0)
		c.Advance(time.Second)
		check(time.Second)
	})
}

func TestClockFromManySides(t *testing.T) {
	c := NewClock(start)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			last := c.Now()
			for range 200 {
				c.Speed(i)
				c.Advance(time.Millisecond)
				now := c.Now()
				if now.Before(last) {
					t.Error("the clock ran backwards")
				}
				last = now
			}
		})
	}
	wg.Wait()
}
