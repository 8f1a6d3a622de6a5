package session

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Ahead judges one run while the watched resolvers are still being asked: where these hold what the authoritative servers
// give, as they mostly do, nothing changes when their answers come.
type Ahead struct {
	Catalog *catalog.Catalog

	judged chan Result // nil if no watched resolver is asked
}

// Stays is probe.Config.Stays for the run.
func (a *Ahead) Stays(o owner.Answers, dns *snapshot.Snapshot) func(snapshot.Answer) bool {
	in := facts.Read(o, dns.Clone(), a.Catalog) // the probe adds to dns
	found := checks.Diagnose(in)
	judged := make(chan Result, 1)
	a.judged = judged
	go func() { judged <- judge(in, found) }()
	return plan.Stays(in, found)
}

// Judge returns the result for the snapshot that the run has returned, the same as that of the function Judge.
func (a *Ahead) Judge(o owner.Answers, dns *snapshot.Snapshot) Result {
	if a.judged == nil {
		return Judge(o, dns, a.Catalog)
	}
	r := <-a.judged
	if !remembers(dns, r.DNS) {
		return Judge(o, dns, a.Catalog)
	}
	in := r.in.WithMemory(dns)
	if !in.MemoryAgrees() {
		return judge(in, checks.Diagnose(in))
	}
	r.DNS, r.in = dns, in
	return r
}

// remembers reports whether a snapshot is an earlier one with the answers of watched resolvers added: a run that is
// interrupted returns another.
func remembers(dns, before *snapshot.Snapshot) bool {
	n := len(before.Answers)
	return len(dns.Answers) >= n && slices.EqualFunc(dns.Answers[:n], before.Answers, func(x, y snapshot.Answer) bool {
		return x.Key == y.Key && x.Status == y.Status && x.Reason == y.Reason && x.At.Equal(y.At)
	}) && !slices.ContainsFunc(dns.Answers[n:], func(x snapshot.Answer) bool { return x.Via != snapshot.Cache })
}
