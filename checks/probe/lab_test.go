package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// counting notes every question that leaves, and refuses what the lab does not have.
type counting struct {
	Dialer
	mu   sync.Mutex
	sent map[string]int // "address name type"
}

func (c *counting) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, c, network + " " + address}, nil
}

type countedConn struct {
	net.Conn
	c  *counting
	to string
}

func (c *countedConn) Write(b []byte) (int, error) {
	c.c.mu.Lock()
	c.c.sent[c.to+" "+wireName(b)]++
	c.c.mu.Unlock()
	return c.Conn.Write(b)
}

// wireName reads the question of an unprefixed message.
func wireName(b []byte) string {
	var labels []string
	i := 12
	for i < len(b) && b[i] != 0 {
		n := int(b[i])
		if i+1+n > len(b) {
			return "?"
		}
		labels = append(labels, string(b[i+1:i+1+n]))
		i += n + 1
	}
	return fmt.Sprintf("%s %x", strings.Join(labels, "."), b[i+1:i+3])
}

func loadCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// internet starts a scenario's small internet. Inside a synctest bubble its time is the bubble's.
func internet(t testing.TB, id string) (lab.Scenario, *lab.Internet, *counting) {
	t.Helper()
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	n, err := lab.New(sc, lab.NewClock(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return sc, n, &counting{Dialer: n, sent: map[string]int{}}
}

func labClient(n *lab.Internet, d Dialer, cat *catalog.Catalog) *Client {
	return New(Config{Dialer: d, Resolvers: []netip.AddrPort{n.Resolver()}}, cat)
}

// In every scenario: nothing is asked twice, nothing stays to be asked, the resolver is never asked for the owner's own
// records, and nothing outlives the run.
func TestEveryScenario(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	list, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range sample.Of(list) {
		t.Run(sc.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, n, d := internet(t, sc.ID)
				n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency})
				var seen []snapshot.Key
				asked := 0
				s, err := labClient(n, d, cat).Run(t.Context(), sc.Answers, nil, func(e Event) { seen, asked = append(seen, e.Answer.Key), e.Asked })
				if err != nil {
					t.Fatal(err)
				}
				if rest := Next(sc.Answers, s, cat); len(rest) > 0 {
					t.Errorf("still to ask: %v", rest)
				}
				for _, a := range s.Answers { // a false start may have led to more
					if !slices.Contains(seen, a.Key) {
						t.Errorf("no event of %v", a.Key)
					}
				}
				if asked > 235 { // the watched resolvers come on top
					t.Errorf("%d questions", asked)
				}
				ways := map[string]int{} // a zone's question may be put to all its servers and to one of them
				for _, k := range seen {
					ways[fmt.Sprintf("%s %04x", reading.Unescape(k.Name), dns.StringToType[string(k.Type)])]++
				}
				for _, a := range s.Answers {
					if a.Needs == 0 || a.Needs > 3+spf.MaxLookups { // each include may lead to the next
						t.Errorf("%v needs %d", a.Key, a.Needs)
					}
					own := snapshot.Below(a.Name, sc.Answers.Domain) && a.Type != snapshot.NS && a.Type != snapshot.SOA
					if own && a.Via == snapshot.Resolver && !isServer(s, a.Name) && !handedOn(s, a.Name) {
						t.Errorf("the resolver was asked for %s %s", a.Name, a.Type)
					}
				}
				for q, times := range d.sent {
					to, what, _ := strings.Cut(strings.TrimPrefix(q, "udp "), " ")
					name, typ, _ := strings.Cut(reading.Unescape(what), " ")
					if to == n.Resolver().String() && snapshot.Below(name, sc.Answers.Domain) && typ != "0002" && typ != "0006" && !isServer(s, name) && !handedOn(s, name) {
						t.Errorf("the resolver heard of %s %s, which only the authority may be asked for", name, typ)
					}
					if to != "tcp" && times > max(1, ways[what]) && !faulty(s) {
						t.Errorf("%s was sent %d times", q, times)
					}
				}
			})
		})
	}
}

// isServer: somebody names the host as a name server, so that its address is looked up.
func isServer(s *snapshot.Snapshot, host string) bool {
	return slices.ContainsFunc(s.Answers, func(a snapshot.Answer) bool {
		return a.Type == snapshot.NS && (slices.Contains(a.Data(), host) || slices.Contains(a.Referral, host))
	})
}

// handedOn: the zone's servers refer to others for the name, in a zone of its own that no panel of the owner's edits.
func handedOn(s *snapshot.Snapshot, name string) bool {
	return slices.ContainsFunc(s.Answers, func(a snapshot.Answer) bool {
		return a.Name == name && a.Via == snapshot.Authority && a.Reason == snapshot.Delegated
	})
}

// faulty: some server did not answer, or failed, so that packets were sent again.
func faulty(s *snapshot.Snapshot) bool {
	return slices.ContainsFunc(s.Answers, func(a snapshot.Answer) bool {
		return a.Reason == snapshot.Bogus || a.Reason == snapshot.Timeout || a.Reason == snapshot.Unreachable || a.Reason == snapshot.Malformed ||
			a.Reason == snapshot.ServFail && a.Via == snapshot.Resolver
	})
}

func TestWildcardLabelIsShared(t *testing.T) {
	if WildcardLabel != facts.WildcardLabel {
		t.Error("rules look for another label than the one that is asked")
	}
}
