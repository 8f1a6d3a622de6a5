package catalog

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const packedFile = "packed.go"

// TestPacked: packed.go says what the files say; TODOKU_UPDATE=1 writes it.
func TestPacked(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	want, err := packed(c)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("TODOKU_UPDATE") == "1" {
		if err := os.WriteFile(packedFile, want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(packedFile); err != nil || !bytes.Equal(got, want) {
		t.Errorf("checks/catalog/%s is not what the files say (%v): run\n\tTODOKU_UPDATE=1 go test ./checks/catalog -run TestPacked", packedFile, err)
	}
}

// packed writes what the entries of a catalogue are found by as Go, one entry a line.
func packed(c *Catalog) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("// Code generated from the TOML files by TODOKU_UPDATE=1 go test ./checks/catalog -run TestPacked; DO NOT EDIT.\n\npackage catalog\n")
	c.hosts.all()
	c.senders.all()
	c.panels.all()
	for _, list := range []struct {
		name string
		of   any
	}{
		{"packedHosts", c.hosts.brief},
		{"packedSenders", c.senders.brief},
		{"packedPanels", c.panels.brief},
		{"packedSelectors", c.Selectors()},
	} {
		v := reflect.ValueOf(list.of)
		fmt.Fprintf(&out, "\nvar %s = []%s{\n", list.name, v.Type().Elem().Name())
		lines(&out, v)
		out.WriteString("}\n")
	}
	out.WriteString("\nfunc packedResolvers() []Resolver {\nreturn []Resolver{\n")
	lines(&out, reflect.ValueOf(c.Resolvers))
	out.WriteString("}\n}\n")
	out.WriteString("\nvar packedIndex = index{\n")
	x := reflect.ValueOf(newIndex(c)).Elem()
	for i := range x.NumField() {
		f := x.Type().Field(i)
		fmt.Fprintf(&out, "%s: %s{\n", f.Name, strings.ReplaceAll(f.Type.String(), "catalog.", ""))
		lines(&out, x.Field(i))
		out.WriteString("},\n")
	}
	out.WriteString("}\n")
	return format.Source(out.Bytes())
}

// lines writes the items of a list, one a line.
func lines(out *bytes.Buffer, list reflect.Value) {
	for i := range list.Len() {
		literal(out, list.Index(i), "")
		out.WriteString(",\n")
	}
}

// literal writes a value as Go, a struct without its zero fields.
func literal(out *bytes.Buffer, v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		literal(out, v.Elem(), "&"+strings.TrimPrefix(name, "*"))
	case reflect.Slice:
		out.WriteString(name + "{")
		for i := range v.Len() {
			literal(out, v.Index(i), "")
			out.WriteString(", ")
		}
		out.WriteString("}")
	case reflect.Struct:
		out.WriteString(name + "{")
		for i := range v.NumField() {
			f, t := v.Field(i), v.Type().Field(i).Type
			if f.IsZero() {
				continue
			}
			out.WriteString(v.Type().Field(i).Name + ": ")
			literal(out, f, strings.ReplaceAll(strings.ReplaceAll(t.String(), "bylang.", ""), "catalog.", ""))
			out.WriteString(", ")
		}
		out.WriteString("}")
	case reflect.Map:
		out.WriteString(name + "{")
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			fmt.Fprintf(out, "%q: %q, ", k, v.MapIndex(k))
		}
		out.WriteString("}")
	case reflect.String:
		fmt.Fprintf(out, "%q", v.String())
	default:
		fmt.Fprint(out, v)
	}
}
