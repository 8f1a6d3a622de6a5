package catalog

import (
	"bytes"
	"encoding/gob"
	"flag"
	"os"
	"reflect"
	"testing"
)

var pack = flag.Bool("pack", false, "write catalog.gob anew from the TOML files")

func source() (*Catalog, error) { return Read(os.DirFS(".")) }

// TestPacked keeps what is embedded equal to the TOML files.
func TestPacked(t *testing.T) {
	if err := Check(os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(c); err != nil {
		t.Fatal(err)
	}
	want, err := unpack(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	same := func() bool {
		got, err := unpack(packed)
		return err == nil && reflect.DeepEqual(plain(got), plain(want))
	}()
	if same {
		return
	}
	if !*pack {
		t.Fatal("catalog.gob is not what the TOML files say: run \"go generate ./checks/catalog\"")
	}
	if err := os.WriteFile("catalog.gob", buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// plain is the catalogue without what cannot be compared.
func plain(c *Catalog) Catalog {
	d := *c
	d.index = nil
	return d
}
