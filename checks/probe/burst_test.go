package probe

import (
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/snapshot"
)

// arrival is an answer, by the time at which it comes.
type arrival struct {
	at     time.Duration
	wave   int
	barren bool
}

// A burst ends with the last answer to what was sent, or with a pause whose length depends on what came.
func TestBurst(t *testing.T) {
	const ms = time.Millisecond
	us := func(n int) time.Duration { return time.Duration(n) * time.Microsecond }
	tests := []struct {
		name  string
		many  bool
		work  time.Duration
		waves []int // questions in each
		come  []arrival
		ends  time.Duration // of the first burst
		takes int           // its answers
	}{
		{"all answered", false, 0, []int{2}, []arrival{{20 * ms, 0, false}, {20*ms + us(50), 0, false}}, 20*ms + us(50), 2},
		{"one is late", false, 0, []int{3}, []arrival{{20 * ms, 0, false}, {20*ms + us(50), 0, false}, {90 * ms, 0, false}}, 20*ms + us(50) + burstGap, 2},
		{"a trickle", false, 0, []int{9}, []arrival{{us(0), 0, false}, {us(150), 0, false}, {us(300), 0, false}, {us(450), 0, false}, {us(600), 0, false},
			{us(750), 0, false}, {us(900), 0, false}, {us(1050), 0, false}}, burstMax, 7},
		{"guesses are denied", false, 0, []int{3}, []arrival{{0, 0, true}, {4 * ms, 0, true}}, 4*ms + barrenGap, 2},
		{"guesses are denied, then something comes", false, 0, []int{3}, []arrival{{0, 0, true}, {4 * ms, 0, false}}, 4*ms + burstGap, 2},
		{"the earlier wave is complete, the later under way", false, 0, []int{1, 5}, []arrival{{20 * ms, 0, false}}, 20 * ms, 1},
		{"the later wave is complete, the earlier under way", false, 0, []int{2, 1}, []arrival{{20 * ms, 1, false}}, 20*ms + burstGap, 1},
		{"Next takes long", false, 30 * ms, []int{3}, []arrival{{0, 0, false}, {20 * ms, 0, false}}, 30 * ms, 2},
		{"many domains, one is late", true, 0, []int{1, 2}, []arrival{{20 * ms, 0, false}, {25 * ms, 1, false}}, 25*ms + manyGap, 2},
		{"many domains, all answered", true, 0, []int{1, 1}, []arrival{{20 * ms, 0, false}, {25 * ms, 1, false}}, 25 * ms, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBurst(tt.many, func(a *snapshot.Answer) bool { return a.Status == snapshot.NXDomain })
				b.expect(tt.work)
				for i, n := range tt.waves {
					if got := b.send(n); got != i {
						t.Fatalf("wave %d is %d", i, got)
					}
				}
				began := time.Now()
				for _, c := range tt.come {
					status := snapshot.OK
					if c.barren {
						status = snapshot.NXDomain
					}
					time.AfterFunc(c.at, func() { b.tell(&snapshot.Answer{Status: status}, c.wave) })
				}
				if got := b.take(nil); len(got) != tt.takes || time.Since(began) != tt.ends {
					t.Errorf("%d answers after %v, want %d after %v", len(got), time.Since(began), tt.takes, tt.ends)
				}
			})
		})
	}
}

// A held question that is due does not wait for the end of a burst, and takes what has come.
func TestBurstIsCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBurst(false, func(*snapshot.Answer) bool { return true })
		b.send(2)
		if got := b.take(time.After(time.Millisecond)); len(got) > 0 {
			t.Errorf("%d answers from nowhere", len(got))
		}
		b.tell(&snapshot.Answer{}, 0)
		if got := b.take(time.After(time.Millisecond)); len(got) != 1 {
			t.Errorf("%d answers", len(got))
		}
		b.tell(&snapshot.Answer{}, 0)
		if got := b.take(nil); len(got) != 1 {
			t.Errorf("%d answers after all came", len(got))
		}
	})
}
