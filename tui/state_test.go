package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is known of a domain is in its session alone.
var domainState = []string{
	"owner.Answers", "snapshot.Snapshot", "catalog.Detected", "checks.Finding", "*facts.Facts", "plan.Plan", "plan.Change", "forecast.Forecast",
	"propagation.Verdict", "propagation.Look", "propagation.Want", "propagation.Place", "propagation.Panel",
	"wizard.Path", "wizard.Flow", "session.Result", "session.Wait", "session.Stored", "session.Offer", "session.Record", "store.Run", "store.Log",
}

// outside are the structs that bring the world in: what the command line said is there.
var outside = []string{"Deps", "Lab"}

// held returns the fields of structs in a file whose type contains one of the types; parameters and results of
// functions do not count.
func held(file *ast.File, types []string) []string {
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || slices.Contains(outside, spec.Name.Name) {
			return !ok
		}
		ast.Inspect(spec.Type, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				return false
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && slices.Contains(types, pkg.Name+"."+n.Sel.Name) {
					out = append(out, spec.Name.Name+" holds "+pkg.Name+"."+n.Sel.Name)
				}
			}
			return true
		})
		return false
	})
	return out
}

// Screens and lines hold nothing about the domain themselves, so that they cannot drift apart.
func TestStateIsTheSessions(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	lines, err := filepath.Glob("plain/*.go")
	must(t, err)
	read := 0
	for _, name := range append(files, lines...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		must(t, err)
		read++
		for _, fault := range held(file, domainState) {
			t.Errorf("%s: %s", name, fault)
		}
	}
	if read < 20 {
		t.Errorf("only %d files were read", read)
	}
}

// The test above must notice.
func TestStateIsNoticed(t *testing.T) {
	const src = `package p
type a struct{ plan.Plan }
type b struct{ x map[string][]*snapshot.Snapshot; look func(owner.Answers) }
type Deps struct{ Start owner.Answers }`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", src, 0)
	must(t, err)
	if got := held(file, domainState); !slices.Equal(got, []string{"a holds plan.Plan", "b holds snapshot.Snapshot"}) {
		t.Errorf("noticed %q", got)
	}
}
