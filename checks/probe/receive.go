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

// receiveBudget limits the questions of one SPF evaluation: an honest record can cost at most ten look-ups of ten hosts,
// each in two address families.
const receiveBudget = 400

// Receive asks the resolvers, as a mail receiver does, for what the evaluation of an SPF record lacks. It calls missing
// after every round, until that returns nothing, the budget is used up, or ctx ends. Answers that are already in s are
// not asked for again; failed questions are added as failed.
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
		answers := make([]*snapshot.Answer, len(questions))
		var group sync.WaitGroup
		for i, q := range questions {
			if count++; count > receiveBudget {
				answers[i] = ses.failed(&q, snapshot.OverBudget)
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
			s.Add(*a)
		}
	}
	return ctx.Err()
}

// lacking returns the questions for the needs that were not asked yet.
func lacking(s *snapshot.Snapshot, needs []spf.Need) (out []snapshot.Question) {
	for _, n := range needs {
		k := snapshot.Key{Name: n.Name, Type: snapshot.Type(n.Type), Via: snapshot.Resolver}
		if _, asked := s.Find(k); !asked {
			out = append(out, snapshot.Question{Key: k})
		}
	}
	return out
}

// quoted returns a name in presentation form (RFC 1035 section 5.1), since macros can put any byte of a mail address into
// a label.
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
