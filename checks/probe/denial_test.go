package probe

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/snapshot"
)

// unfounded lists the absences that a look claims of what another, without faults, has seen; and what it holds for known
// that is not so.
func unfounded(whole, s *snapshot.Snapshot) (out []string) {
	for _, a := range s.Answers {
		if a.Via == snapshot.Server {
			continue // what a single server says is that server's own word
		}
		b, _ := whole.Find(a.Key)
		if len(b.Records)+len(b.Chain) > 0 && a.Absent() && len(a.Chain) == 0 {
			out = append(out, fmt.Sprintf("%s %s (%s): %s by %s", a.Name, a.Type, a.Via, a.Status, a.Server))
		}
	}
	return out
}

// faultless returns what a run finds if every server tells the truth.
func faultless(t *testing.T, id string, cat *catalog.Catalog) (sc lab.Scenario, whole *snapshot.Snapshot) {
	t.Helper()
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { whole, _ = look(t, sc, nil, nil, cat) })
	return sc, whole
}

// lies are the false answers; proved are those that nobody can tell from the truth where all who are asked tell them.
var (
	lies = []lab.FaultKind{lab.NX, lab.NoData, lab.Blocked, lab.BlockedZone, lab.Nulled, lab.Captive, lab.Elsewhere, lab.Referral, lab.OtherName,
		lab.Stale, lab.CutOff}
	proved = []lab.FaultKind{lab.NXProved, lab.NoDataProved}
)

// Whatever false answer the resolver gives for a name of other people, nobody believes that it does not exist.
func TestResolverDenies(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	for id, names := range map[string][]string{
		"s8":                 {"_spf.google.com", "smtp.google.com", "_netblocks.google.com"},
		"healthy-own-server": {"ns1.xserver.jp", "jp"},
	} {
		sc, whole := faultless(t, id, cat)
		for _, name := range names {
			for _, kind := range lies {
				synctest.Test(t, func(t *testing.T) {
					s, _ := look(t, sc, map[string][]lab.Fault{"system": {{Kind: kind, Name: name}}}, nil, cat)
					for _, claim := range unfounded(whole, s) {
						t.Errorf("%s, %s for %s: %s", id, kind, name, claim)
					}
				})
			}
		}
	}
}

// One name server that denies everything, or a single record, whichever of them it is, leaves what is known as it was.
func TestOneServerDenies(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	turn := 0
	for id, servers := range map[string][]string{"s8": {"01.dnsv.jp", "02.dnsv.jp"}, "healthy-own-server": {"01.dnsv.jp", "04.dnsv.jp"}} {
		sc, whole := faultless(t, id, cat)
		d := sc.Answers.Domain
		for _, server := range servers {
			for i, kind := range append(proved, lies...) {
				for j, name := range []string{"", "_dmarc." + d, "_domainkey." + d, "google._domainkey." + d, "mail._domainkey." + d, "mail." + d, d + "/TXT", d + "/MX"} {
					if j > 0 && i >= len(proved) && i%8 != j { // one name each; a proof is what makes the difference
						continue
					}
					if turn++; !sample.Takes(turn) {
						continue
					}
					synctest.Test(t, func(t *testing.T) {
						f, err := lab.ParseFault(string(kind) + "@" + name)
						if err != nil {
							t.Fatal(err)
						}
						f.First = 1000 // the resolver is not deceived
						s, _ := look(t, sc, map[string][]lab.Fault{server: {f}}, nil, cat)
						for _, was := range whole.Answers {
							a, asked := s.Find(was.Key)
							if was.Via != snapshot.Authority || !asked || a.Absent() && was.Absent() || a.Reason == was.Reason && slices.Equal(a.Data(), was.Data()) {
								continue
							}
							t.Errorf("%s, %s@%s at %s: %s %s is %s %s %q, was %q", id, kind, name, server, a.Name, a.Type, a.Status, a.Reason, a.Data(), was.Data())
						}
					})
				}
			}
		}
	}
}

// Where all of a zone's servers deny without a proof, it is not known.
func TestAllServersDeny(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	sc, whole := faultless(t, "s8", cat)
	for _, kind := range lies {
		for _, name := range []string{"", "_dmarc.aozora.example", "aozora.example/TXT"} {
			synctest.Test(t, func(t *testing.T) {
				f, _ := lab.ParseFault(string(kind) + "@" + name)
				f.First = 1000
				s, _ := look(t, sc, map[string][]lab.Fault{"01.dnsv.jp": {f}, "02.dnsv.jp": {f}}, nil, cat)
				for _, claim := range unfounded(whole, s) {
					t.Errorf("%s@%s: %s", kind, name, claim)
				}
			})
		}
	}
}

// A resolver that denies even what is sure to exist is believed in nothing; one that only does not know the top-level
// domain is believed.
func TestResolverDeniesEverything(t *testing.T) {
	cat := loadCatalog(t)
	for _, kind := range append(proved, lies...) {
		synctest.Test(t, func(t *testing.T) {
			sc, _ := lab.Find("s8")
			s, _ := look(t, sc, map[string][]lab.Fault{"system": {{Kind: kind}}}, nil, cat)
			for _, a := range s.Answers {
				if a.Known() || a.Reason == snapshot.Delegated {
					t.Errorf("%s: %s %s is %s", kind, a.Name, a.Type, a.Status)
				}
			}
			if a, _ := s.Find(snapshot.Key{Name: "aozora.example", Type: snapshot.NS, Via: snapshot.Resolver}); a.Reason != snapshot.Denies {
				t.Errorf("%s: %s", kind, a.Reason)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		sc.Answers.Domain = "aozora.exmaple"
		s, _ := look(t, sc, nil, nil, cat)
		if a, _ := s.Find(snapshot.Key{Name: "exmaple", Type: snapshot.NS, Via: snapshot.Resolver}); a.Status != snapshot.NXDomain {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
	})
}
