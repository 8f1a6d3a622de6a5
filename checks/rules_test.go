package checks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
)

// ruleFiles parses the package's own files.
func ruleFiles(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var out []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return fset, out
}

// judgeOf gives the function that a row names, and the identifier that names it; "" where the declaration is no row.
func judgeOf(d ast.Decl) (judge *ast.Ident) {
	g, ok := d.(*ast.GenDecl)
	if !ok || len(g.Specs) != 1 {
		return nil
	}
	v, ok := g.Specs[0].(*ast.ValueSpec)
	if !ok || len(v.Values) != 1 {
		return nil
	}
	row, ok := v.Values[0].(*ast.CompositeLit)
	if !ok {
		return nil
	}
	if typ, ok := row.Type.(*ast.Ident); !ok || typ.Name != "Rule" {
		return nil
	}
	for _, e := range row.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key := kv.Key.(*ast.Ident).Name; key == "Judge" || key == "Review" {
			judge, _ = kv.Value.(*ast.Ident)
		}
	}
	return judge
}

// TestRulesStandAlone: a rule's row stands right above its function, and nothing but the row names the function, so that
// no rule calls another.
func TestRulesStandAlone(t *testing.T) {
	fset, files := ruleFiles(t)
	rows := map[string]*ast.Ident{} // function → where its row names it
	for _, f := range files {
		for i, d := range f.Decls {
			judge := judgeOf(d)
			if judge == nil {
				continue
			}
			rows[judge.Name] = judge
			if i+1 == len(f.Decls) {
				t.Errorf("%s: nothing stands below the row of %s", fset.Position(d.Pos()), judge.Name)
				continue
			}
			if fn, ok := f.Decls[i+1].(*ast.FuncDecl); !ok || fn.Name.Name != judge.Name {
				t.Errorf("%s: the row of %s does not stand right above it", fset.Position(d.Pos()), judge.Name)
			} else if fn.Doc == nil {
				t.Errorf("%s: %s has no comment that says what it finds", fset.Position(fn.Pos()), judge.Name)
			}
		}
	}
	if len(rows) != len(checks.Rules()) {
		t.Errorf("%d rows, %d rules in the table", len(rows), len(checks.Rules()))
	}
	for _, f := range files {
		declared := map[*ast.Ident]bool{}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				declared[fn.Name] = true
			}
		}
		var visit func(ast.Node) bool
		visit = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr: // a field or another package's name may be spelt alike
				ast.Inspect(n.X, visit)
				return false
			case *ast.Ident:
				if row, ok := rows[n.Name]; ok && row != n && !declared[n] {
					t.Errorf("%s: calls the rule %s; what both need to know belongs into package facts", fset.Position(n.Pos()), n.Name)
				}
			}
			return true
		}
		ast.Inspect(f, visit)
	}
}

// TestStatesAreShown: every state that a rule declares is shown by a scenario, but those that need what the lab cannot show.
func TestStatesAreShown(t *testing.T) {
	shown := map[string]bool{}
	for _, sc := range scenarios(t) {
		for _, f := range sc.Findings {
			for s := range strings.SplitSeq(f.State, "/") {
				shown[f.Code+" "+s] = true
			}
		}
	}
	var lacking []string
	for _, r := range checks.Rules() {
		for _, s := range r.States() {
			if !shown[string(r.Code)+" "+s.String()] {
				lacking = append(lacking, string(r.Code)+" "+s.String())
			}
		}
	}
	for _, l := range lacking {
		if _, known := unshown[l]; !known {
			t.Errorf("no scenario shows %s", l)
		}
	}
	tests := testNames(t)
	for l, why := range unshown {
		if !slices.Contains(lacking, l) {
			t.Errorf("%s is shown now", l)
		}
		words := strings.Fields(why)
		if len(words) < 4 || !slices.Contains(tests, words[len(words)-1]) {
			t.Errorf("%s: %q does not say why no scenario can show it, and last which test does", l, why)
		}
	}
}

// unshown are the states that no scenario can show, each with the reason and, as its last word, the test of this package
// that shows it.
var unshown = map[string]string{}

// testNames returns the names of the package's tests.
func testNames(t *testing.T) (out []string) {
	t.Helper()
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(src)) {
			if rest, ok := strings.CutPrefix(l, "func Test"); ok {
				test, _, _ := strings.Cut(rest, "(")
				out = append(out, "Test"+test)
			}
		}
	}
	return out
}
