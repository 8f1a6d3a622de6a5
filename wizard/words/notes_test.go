package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"example.org/todoku/i18n"
)

// noteCodes are the values of the constants of type NoteCode in a folder.
func noteCodes(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				if typ, ok := v.Type.(*ast.Ident); ok && typ.Name == "NoteCode" {
					if lit, ok := v.Values[0].(*ast.BasicLit); ok {
						code, _ := strconv.Unquote(lit.Value)
						out = append(out, code)
					}
				}
			}
			return true
		})
	}
	return out
}

// TestNotesAreWorded: each decision of a plan has a sentence in every language, and each sentence a decision.
func TestNotesAreWorded(t *testing.T) {
	own, merged := noteCodes(t, "../../checks/plan"), noteCodes(t, "../../checks/spf")
	if len(own) < 40 || len(merged) < 10 {
		t.Fatalf("only %d and %d codes found", len(own), len(merged))
	}
	for _, lang := range i18n.Langs() {
		for _, code := range own {
			if !lang.Has("plan.note." + code) {
				t.Errorf("%s: no words for the note %s", lang, code)
			}
		}
	}
	raw, err := os.ReadFile("../../i18n/en/plan.toml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Plan struct{ Note map[string]string }
	}
	if err := toml.Unmarshal([]byte(strings.TrimSpace(string(raw))), &file); err != nil {
		t.Fatal(err)
	}
	for code := range file.Plan.Note {
		if !slices.Contains(own, code) && !slices.Contains(merged, code) {
			t.Errorf("words for %s, which the plan never says", code)
		}
	}
}
