package probe

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/shape"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// What many domains have in common is asked once: a tenth more questions than there are different ones at most.
func TestManyDomainsShare(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, names, err := shape.Many(1, 30)
		if err != nil {
			t.Fatal(err)
		}
		n, err := lab.New(sc, lab.NewClock(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency}); err != nil {
			t.Fatal(err)
		}
		d := &counting{Dialer: n, sent: map[string]int{}}
		shared, alone := labClient(n, d, cat).Sharing(), labClient(n, n, cat)
		var group sync.WaitGroup
		for i, name := range names {
			group.Go(func() {
				got, err := shared.Run(t.Context(), owner.Answers{Domain: name}, nil, nil)
				if err != nil {
					t.Error(err)
				}
				if i%10 > 0 {
					return
				}
				want, err := alone.Run(t.Context(), owner.Answers{Domain: name}, nil, nil)
				if a, b := ends(got), ends(want); err != nil || a != b {
					t.Errorf("%s: %s", name, difference(b, a))
				}
			})
		}
		group.Wait()
		all := 0
		for _, times := range d.sent {
			all += times
		}
		if 10*all > 11*len(d.sent) {
			t.Errorf("%d questions, of which %d are different", all, len(d.sent))
		}
	})
}

// ends are the answers of a snapshot without times.
func ends(s *snapshot.Snapshot) string {
	var out strings.Builder
	for _, a := range s.Answers {
		fmt.Fprintln(&out, a.Key, a.Status, a.Reason, a.Data())
	}
	return out.String()
}

// An answer is shared for its time to live, a failure for a moment, and one that was given up by nobody.
func TestShareForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{"192.0.2.53:53": says(false, "example.jp. 300 TXT x\nexample.jp. 60 SOA a. b. 1 1 1 1 60")}}
		c := client(n, nil).Sharing()
		asked := func(name string, want int) {
			t.Helper()
			c.Ask(t.Context(), ask(name, snapshot.TXT))
			if got := n.questions(name + " TXT"); got != want {
				t.Errorf("%s: %d questions, want %d", name, got, want)
			}
		}
		asked("example.jp", 1)
		asked("example.jp", 1)
		time.Sleep(301 * time.Second)
		asked("example.jp", 2)
		n.at["192.0.2.53:53"] = rcode(dns.RcodeRefused)
		asked("other.example.jp", 1)
		asked("other.example.jp", 1)
		time.Sleep(6 * time.Second)
		asked("other.example.jp", 2)
		n.at["192.0.2.53:53"] = losing(1, good)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { c.Ask(ctx, ask("third.example.jp", snapshot.TXT)) })
		synctest.Wait()
		group.Go(func() { asked("third.example.jp", 2) })
		synctest.Wait()
		cancel()
		group.Wait()
	})
}
