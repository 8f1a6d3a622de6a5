// Package roundtrip_test reads the machine formats back with the parsers of their own tools, and compares what they hold
// with the plan. Its libraries are for tests alone: it has no other files, so that none of them is linked.
package roundtrip_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// A handed is a plan that is handed over, with a name for messages.
type handed struct {
	name string
	document.Input
}

// A record is one resource record in the form in which all formats are compared: names in lower case without their final
// dot, values as snapshot.Edit has them.
type record struct {
	name, value string
	typ         snapshot.Type
	ttl         uint32
}

func (r record) String() string { return fmt.Sprintf("%s %d %s %q", r.name, r.ttl, r.typ, r.value) }

// plain is a record with its names in one form.
func plain(name string, t snapshot.Type, ttl uint32, value string) record {
	if t != snapshot.TXT && t != snapshot.SPF {
		value = bytesOf(strings.ToLower(strings.TrimSuffix(value, ".")))
	}
	if ttl == 0 {
		ttl = 3600
	}
	return record{strings.ToLower(strings.TrimSuffix(name, ".")), value, t, ttl}
}

// plans are those of the scenarios that have changes, with and without the keys of the story's consoles, and one that is
// as bad as can be.
var plans = sync.OnceValue(func() []handed {
	out := []handed{{"hostile", hostile()}}
	all, err := lab.Scenarios()
	if err != nil {
		panic(err)
	}
	t := &testing.T{}
	for i, sc := range sample.Of(all) {
		if i%4 > 0 && !sample.Whole() {
			continue // each look costs, and the hostile plan has all that is hard
		}
		in := trial.Seen(t, sc)
		bare := plan.Make(in, checks.Diagnose(in))
		keys := slices.Clone(in.Owner.Keys)
		for _, c := range bare.Changes {
			selector, _, named := strings.Cut(c.Name, "._domainkey.")
			value := sc.Key(c.Ask, c.Name)
			if c.Type == snapshot.CNAME && value != "" { // a console shows the whole line
				value = value[strings.LastIndexAny(value, " \t")+1:]
			}
			if value != "" && named {
				keys = append(keys, owner.Key{Service: c.Ask, Selector: selector, Value: value, Alias: c.Type == snapshot.CNAME})
			}
		}
		if len(bare.Changes) > 0 {
			out = append(out, handed{sc.ID, summary(in.Owner, in.DNS, bare, in.Catalog)})
		}
		if len(keys) > len(in.Owner.Keys) {
			pasted := in.Owner
			pasted.Keys = keys
			in = in.WithOwner(pasted)
			out = append(out, handed{sc.ID + " with keys", summary(in.Owner, in.DNS, plan.Make(in, checks.Diagnose(in)), in.Catalog)})
		}
	}
	return out
})

func summary(a owner.Answers, dns *snapshot.Snapshot, p plan.Plan, cat *catalog.Catalog) document.Input {
	return document.Input{Lang: i18n.EN, Catalog: cat, Answers: a, DNS: dns, Plan: p, Now: trial.Day, Program: "todoku test"}
}

// Values with a meaning in one of the formats, or in none.
var nasty = []string{
	`v=spf1 exists:%{i}._spf.example.jp include:%{d}.${var.x} ~all`, `$${a} %%{b} $$${c} %`, `a"b\c;d\;e\\;f`, `"quoted"`, `"`, `\`, `a " " b`, " ",
	"line\r\nbreak\ttab\x00\x1b[2J\x7f", "\xff\xfe no text \x80", "日本語 \u2028 \u202e 😀", strings.Repeat(`"\;é`, 200), strings.Repeat("k", 600), "=1+1", "-x", "@a", "+b", "'c",
	"' : - #", "*/ // --> ]]> EOT", `{x} {{y}} <<EOT`, strings.Repeat("x", 254) + `\"`, "trailing ",
}

// hostile is a plan in which every value is hard to write, at a name where hard values exist already and stay.
func hostile() document.Input {
	const domain = "example.jp"
	cat, err := catalog.Load()
	if err != nil {
		panic(err)
	}
	s := snapshot.New(domain, trial.Day)
	stands := snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK, At: trial.Day}
	var p plan.Plan
	for i, v := range nasty {
		stands.Records = append(stands.Records, snapshot.Record{Data: v + "?", TTL: 300}, snapshot.Record{Data: v + "!", TTL: 300})
		p.Changes = append(p.Changes, plan.Change{Action: plan.Replace, Name: domain, Type: snapshot.TXT, TTL: 300, Value: v + ".", Old: []string{v + "!"}})
		if i < 12 {
			p.Changes = append(p.Changes, plan.Change{Action: plan.Add, Name: fmt.Sprintf("s%d._domainkey.%s", i, domain), Type: snapshot.TXT, TTL: 60, Value: v})
		}
	}
	s.Add(stands)
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.NS, Via: snapshot.Authority}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "ns1.example.net"}}, At: trial.Day})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.MX, Via: snapshot.Authority}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "old.example.jp", Pref: 20, TTL: 500}, {Data: "mx", Pref: 5}}, At: trial.Day})
	p.Changes = append(p.Changes,
		plan.Change{Action: plan.Replace, Name: domain, Type: snapshot.MX, TTL: 500, Value: "10 mx.example.jp", Old: []string{"5 mx"}},
		plan.Change{Action: plan.Add, Name: "k._domainkey." + domain, Type: snapshot.CNAME, TTL: 86400 * 30, Value: `k\059x.dkim.example.net.`},
		plan.Change{Action: plan.Add, Name: "mail." + domain, Type: snapshot.A, Value: "192.0.2.1"},
		plan.Change{Action: plan.Add, Name: "mail." + domain, Type: snapshot.AAAA, Value: "2001:db8::1"},
		plan.Change{Action: plan.Remove, Name: "gone." + domain, Type: snapshot.CNAME, Old: []string{"x\n.example"}},
		plan.Change{Action: plan.Add, Name: "_domainkey." + domain, Type: snapshot.TXT, TTL: 60, Ask: "sakura-rs"},
		plan.Change{Action: plan.Replace, Name: "half." + domain, Type: snapshot.TXT, TTL: 60, Ask: "sakura-rs", Gap: "v=spf1 a:<server> ~all", Old: []string{"v=spf1 ~all"}},
	)
	return summary(owner.Answers{Domain: domain}, s, p, cat)
}

// whole reports whether a change has a record that somebody is to make by hand.
func whole(c plan.Change) bool { return c.Action != plan.Remove && c.Value != "" && !c.Switch }

// wanted are the records that the plan makes.
func wanted(in document.Input) []record {
	var out []record
	for _, c := range in.Plan.Changes {
		if whole(c) {
			out = append(out, plain(c.Name, c.Type, c.TTL, c.Value))
		}
	}
	return out
}

// standing are all records of the names and types that the plan touches, as they are once it is published.
func standing(in document.Input) []record {
	var out []record
	then := in.DNS.With(in.Plan.Edits())
	seen := map[snapshot.Key]bool{}
	for _, c := range in.Plan.Changes {
		k := snapshot.Key{Name: c.Name, Type: c.Type, Via: snapshot.Authority}
		if seen[k] || !whole(c) && c.Action != plan.Remove {
			continue
		}
		seen[k] = true
		a, _ := then.Find(k)
		ttl := uint32(0)
		for _, x := range in.Plan.Changes {
			if x.Name == c.Name && x.Type == c.Type && whole(x) {
				ttl = max(x.TTL, 1)
				if x.TTL == 0 {
					ttl = 3600
				}
			}
		}
		for _, r := range a.Records {
			if ttl == 0 {
				ttl = r.TTL
			}
			if x := plain(c.Name, c.Type, ttl, r.Value(c.Type)); !slices.Contains(out, x) { // what a wildcard made is made by the plan
				out = append(out, x)
			}
		}
	}
	return out
}

// same compares two lists of records, in whatever order.
func same(t *testing.T, h handed, got, want []record) {
	t.Helper()
	lines := func(list []record) []string {
		var out []string
		for _, r := range list {
			out = append(out, r.String())
		}
		slices.Sort(out)
		return out
	}
	g, w := lines(got), lines(want)
	if slices.Equal(g, w) {
		return
	}
	for _, x := range w {
		if !slices.Contains(g, x) {
			t.Errorf("%s: lacks %s", h.name, x)
		}
	}
	for _, x := range g {
		if !slices.Contains(w, x) {
			t.Errorf("%s: is too much: %s", h.name, x)
		}
	}
	if len(g) != len(w) {
		t.Errorf("%s: %d records, want %d", h.name, len(g), len(w))
	}
}

// each writes every plan in a format and has it compared.
func each(t *testing.T, format string, read func(t *testing.T, h handed, data string)) {
	t.Helper()
	written := 0
	for _, h := range plans() {
		data, err := document.Write(format, h.Input)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := document.Write(format, h.Input)
		if string(again) != string(data) {
			t.Errorf("%s: not the same twice", h.name)
		}
		written += len(wanted(h.Input))
		read(t, h, string(data))
		lacksSaid(t, h, format, string(data))
	}
	if written < 40 {
		t.Errorf("only %d records: the test tests little", written)
	}
}

// lacksSaid checks that a change without a complete value is reported as missing, and that its placeholder is never
// written as a value.
func lacksSaid(t *testing.T, h handed, format, data string) {
	t.Helper()
	lacking := 0
	for _, c := range h.Plan.Changes {
		if c.Action != plan.Remove && !whole(c) {
			lacking++
		}
	}
	if got := strings.Count(data, "NOT WRITTEN"); format != "csv" && format != "dnscontrol" && got != lacking {
		t.Errorf("%s: %d changes lack a value, %d are told", h.name, lacking, got)
	}
}

// The lab needs no time for a format: after a minute the parser hangs.
const patience = time.Minute
