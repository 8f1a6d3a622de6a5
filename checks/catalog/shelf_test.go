package catalog

import (
	"io/fs"
	"os"
	"reflect"
	"testing"
	"testing/fstest"
)

// TestBrieflyAgrees: what is read of an entry at first is what the whole file says.
func TestBrieflyAgrees(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range c.hosts.all() {
		w, _ := c.Host(h.ID)
		want := Host{Entry: shortly(w.Entry), Detect: w.Detect, DKIM: signing(w.DKIM), SPF: w.SPF, Own: w.Own, Resells: w.Resells}
		if w.Server != nil {
			want.Server = &Server{Pattern: w.Server.Pattern, Forms: w.Server.Forms}
		}
		same(t, *h, want)
	}
	for _, s := range c.senders.all() {
		w, _ := c.Sender(s.ID)
		same(t, *s, Sender{Entry: shortly(w.Entry), Category: w.Category, SPF: w.SPF, Detect: w.Detect, DKIM: signing(w.DKIM)})
	}
	for _, p := range c.panels.all() {
		w, _ := c.Panel(p.ID)
		same(t, *p, Panel{Entry: shortly(w.Entry), NS: w.NS, Shared: w.Shared})
	}
}

func shortly(e Entry) Entry {
	return Entry{ID: e.ID, Aliases: e.Aliases, Seeds: e.Seeds, Rank: e.Rank, Kind: e.Kind, Company: e.Company}
}

func signing(d DKIM) DKIM {
	return DKIM{Can: d.Can, Form: d.Form, Selectors: d.Selectors, Targets: d.Targets}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

// The program takes what its entries are found by from packed.go. A file that is not in there yet counts all the same.
func TestPackedIsUsed(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.hosts.all(); &c.hosts.brief[0] != &packedHosts[0] {
		t.Error("the hosts are read")
	}
	more := fstest.MapFS{"senders/hagaki.toml": {Data: []byte("id = \"hagaki\"\n[detect]\nspf = [\"spf.hagaki.example\"]\n")}}
	for _, dir := range []string{"hosts", "senders", "panels"} {
		names, err := fs.Glob(files, dir+"/*.toml")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range append(names, "resolvers.toml") {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			more[name] = &fstest.MapFile{Data: raw}
		}
	}
	if c, err = read(more, program); err != nil {
		t.Fatal(err)
	}
	if got := c.SPFOwners("spf.hagaki.example"); len(got) != 1 || got[0] != "hagaki" {
		t.Errorf("a new sender is not found: %q", got)
	}
	if c.ServiceOf("spf.hagaki.example") != "hagaki" {
		t.Error("a new sender is not in the index")
	}
}

// What a look needs of the catalogue at first: 90 allocations when this was written, 6,400 where it is read of the files.
func TestReadAllocates(t *testing.T) {
	got := testing.AllocsPerRun(2, func() {
		c, err := read(files, program)
		if err != nil {
			t.Fatal(err)
		}
		c.index()
	})
	if got > 120 {
		t.Errorf("%v allocations", got)
	}
}
