package probe

import (
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/shape"
	"example.org/todoku/checks/snapshot"
)

// BenchmarkRun looks at a domain while every answer takes 20 ms, and prints how much longer it took than the longest
// chain of look-ups that wait for each other must. The aim is 1.3.
func BenchmarkRun(b *testing.B) {
	cat := loadCatalog(b)
	for _, id := range []string{"s1", "s5", "s8", "senders", "healthy-split"} {
		b.Run(id, func(b *testing.B) {
			sc, n, _ := internet(b, id)
			n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency})
			c := labClient(n, n, cat)
			depth, questions := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				s, err := c.Run(b.Context(), sc.Answers, nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				questions = len(s.Answers)
				for _, a := range s.Answers {
					depth = max(depth, a.Needs)
				}
			}
			took := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(took)/float64(time.Duration(depth)*latency), "ratio")
			b.ReportMetric(float64(depth), "chain")
			b.ReportMetric(float64(questions), "questions")
		})
	}
}

// BenchmarkNext is what every answer costs once all is known: the worst case.
func BenchmarkNext(b *testing.B) {
	cat := loadCatalog(b)
	for _, id := range []string{"s1", "s8", "senders", "spf-too-many"} {
		sc, n, _ := internet(b, id)
		s, err := labClient(n, n, cat).Run(b.Context(), sc.Answers, nil, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			m := newNotes(sc.Answers, s.Domain, cat)
			for b.Loop() {
				if len(m.asker(s).wanted()) > 0 {
					b.Fatal("not done")
				}
			}
		})
	}
}

// BenchmarkLists is what a check of a usual shape spends on finding out what to ask, and in which order its answers count,
// if all answers to one list come together.
func BenchmarkLists(b *testing.B) {
	cat := loadCatalog(b)
	for _, sc := range shape.All(b) {
		n, err := lab.New(sc.Scenario, lab.NewClock(time.Now()))
		if err != nil {
			b.Fatal(err)
		}
		c := labClient(n, n, cat)
		told := map[snapshot.Key]*snapshot.Answer{}
		if _, err := c.Run(b.Context(), sc.Answers, nil, func(e Event) { told[e.Answer.Key] = &e.Answer }); err != nil {
			b.Fatal(err)
		}
		b.Run(sc.ID, func(b *testing.B) {
			b.ReportAllocs()
			lists := 0
			for b.Loop() {
				r := newRun(c, nil, sc.Answers, c.begin(sc.Answers.Domain, nil), nil)
				answer := func(list []snapshot.Question) bool {
					before := len(r.raw)
					for _, q := range list {
						if a, ok := told[q.Key]; ok && !r.ended(q) {
							r.take(a)
						}
					}
					return len(r.raw) > before
				}
				for lists = 1; ; lists++ {
					if list, early := r.wanted(); !answer(append(list, early...)) {
						break
					}
				}
				for _, open := r.replay(); answer(open); _, open = r.replay() {
				}
			}
			b.ReportMetric(float64(lists), "lists")
		})
	}
}

// BenchmarkAsk is one question without latency: what the client itself costs.
func BenchmarkAsk(b *testing.B) {
	good := says(false, jp)
	n := &fakeNet{at: map[string]handler{"192.0.2.53:53": func(r *dns.Msg, tcp bool) []parcel {
		p := good(r, tcp)
		p[0].after = 0
		return p
	}}}
	c := client(n, nil)
	b.ReportAllocs()
	for b.Loop() {
		if a := c.Ask(b.Context(), ask("example.jp", snapshot.TXT)); a.Status != snapshot.OK {
			b.Fatal(a.Reason)
		}
	}
}

// BenchmarkSnapshotMemory is what a full snapshot keeps on the heap.
func BenchmarkSnapshotMemory(b *testing.B) {
	cat := loadCatalog(b)
	sc, n, _ := internet(b, "s8")
	c := labClient(n, n, cat)
	var keep []*snapshot.Snapshot
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		s, err := c.Run(b.Context(), sc.Answers, nil, nil)
		if err != nil {
			b.Fatal(err)
		}
		keep = append(keep, s)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(keep)), "kept-B/op")
	runtime.KeepAlive(keep)
}
