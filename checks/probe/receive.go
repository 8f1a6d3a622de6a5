package probe

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// receiveBudget bounds the questions of one SPF evaluation. Ten look-ups of ten hosts each in two families is what an
// honest record can cost at most.
const receiveBudget = 400

// Receive asks the resolvers, as a receiver of mail does, for whatever the reading of an SPF record still lacks: missing
// is asked after every round, until it lacks nothing more, the budget is spent, or ctx ends. What stands in s already is
// not asked again. A question without an answer is in s as failed.
func (c *Client) Receive(ctx context.Context, s *snapshot.Snapshot, missing func(spf.Data) []spf.Need) error {
	ses := c.newSession()
	ses.believing = true
	defer ses.close()
	slots := make(chan struct{}, c.cfg.Parallel)
	count := 0
	for ctx.Err() == nil {
		questions := lacking(s, missing(reading.SPF(s)))
		if len(questions) == 0 {
			return nil
		}
		answers := make([]snapshot.Answer, len(questions))
		var group sync.WaitGroup
		for i, q := range questions {
			if count++; count > receiveBudget {
				answers[i] = ses.failed(q, snapshot.OverBudget)
				continue
			}
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				wire := q
				wire.Name = quoted(q.Name)
				answers[i] = ses.ask(ctx, wire)
				answers[i].Key = q.Key
			})
		}
		group.Wait()
		for _, a := range answers {
			s.Add(a)
		}
	}
	return ctx.Err()
}

// lacking are the questions behind needs that were not asked yet.
func lacking(s *snapshot.Snapshot, needs []spf.Need) (out []snapshot.Question) {
	for _, n := range needs {
		k := snapshot.Key{Name: n.Name, Type: snapshot.Type(n.Type), Via: snapshot.Resolver}
		if _, asked := s.Find(k); !asked {
			out = append(out, snapshot.Question{Key: k})
		}
	}
	return out
}

// quoted writes a name as RFC 1035 section 5.1 has it: macros put any byte of a mail address into a label.
func quoted(name string) string {
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03d`, c)
		case strings.IndexByte(` '@;()"\`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
