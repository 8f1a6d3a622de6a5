package catalog

import (
	"reflect"
	"strings"
	"testing"

	"example.org/todoku/checks/internal/packed"
)

// TestPacked: packed.go says what the files say; TODOKU_UPDATE=1 writes it.
func TestPacked(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	const pkg = "catalog"
	var out strings.Builder
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
		out.WriteString("var " + list.name + " = " + packed.Type(v.Type(), pkg) + "{\n" + packed.Lines(v, pkg) + "}\n\n")
	}
	out.WriteString("func packedResolvers() []Resolver {\nreturn []Resolver{\n" + packed.Lines(reflect.ValueOf(c.Resolvers), pkg) + "}\n}\n\n")
	out.WriteString("var packedIndex = index{\n")
	x := reflect.ValueOf(newIndex(c)).Elem()
	for i := range x.NumField() {
		f := x.Type().Field(i)
		out.WriteString(f.Name + ": " + packed.Type(f.Type, pkg) + "{\n" + packed.Lines(x.Field(i), pkg) + "},\n")
	}
	out.WriteString("}\n")
	packed.Same(t, "packed.go", pkg, out.String(), "TODOKU_UPDATE=1 go test ./checks/catalog -run TestPacked")
}
