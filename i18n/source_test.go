package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is what the program's Go files say about texts.
type source struct {
	fset *token.FileSet
	// wrappers: package → method → the prefixes that it puts before an ID.
	wrappers map[string]map[string][]string
	files    []struct {
		pkg  string
		file *ast.File
	}
	literals map[string]bool
	pages    []pageText
}

// pageText is a text that a template of HTML asks for.
type pageText struct{ file, id string }

// asked matches how templates ask for a text: T within the documents' texts, Word for any.
var asked = regexp.MustCompile(`\.(T|Word) "([^"]+)"`)

// template notes what a template of HTML asks for.
func (s *source) template(path string, text []byte) {
	for _, m := range asked.FindAllSubmatch(text, -1) {
		id := string(m[2])
		if string(m[1]) == "T" {
			id = "document." + id
		}
		s.pages = append(s.pages, pageText{path, id})
		s.literals[id] = true
	}
}

func newSource() *source {
	return &source{fset: token.NewFileSet(), wrappers: map[string]map[string][]string{}, literals: map[string]bool{}}
}

func sources(t *testing.T, root string) *source {
	t.Helper()
	s := newSource()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "tools" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, ".html"):
			text, err := os.ReadFile(path)
			s.template(path, text)
			return err
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(s.fset, path, nil, 0)
		if err != nil {
			return err
		}
		s.add(filepath.Dir(path), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// askers are the names of functions that ask for a text, in all packages.
var askers = []string{"T", "Has", "t", "About"}

// asks reports whether a call asks for a text.
func asks(call *ast.CallExpr) (name string, ok bool) {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	return name, len(call.Args) > 0 && slices.Contains(askers, name)
}

// opening returns the constant text that an expression begins with; whole says that it is the entire expression.
func opening(e ast.Expr) (text string, whole, ok bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, true, x.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		s, left, ok := opening(x.X)
		if left && ok {
			if more, all, ok := opening(x.Y); ok {
				return s + more, all, true
			}
		}
		return s, false, ok
	}
	return "", false, false
}

func (s *source) add(pkg string, f *ast.File) {
	s.files = append(s.files, struct {
		pkg  string
		file *ast.File
	}{pkg, f})
	if s.wrappers[pkg] == nil {
		s.wrappers[pkg] = map[string][]string{}
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil || !slices.Contains(askers, fn.Name.Name) {
			continue
		}
		// A wrapper hands its own parameter on, with a prefix or without: p.Lang.T("tui."+id, …).
		params := map[string]bool{}
		for _, field := range fn.Type.Params.List {
			for _, n := range field.Names {
				params[n.Name] = true
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if _, ok := asks(call); !ok {
				return true
			}
			if b, ok := call.Args[0].(*ast.BinaryExpr); ok {
				if id, isParam := b.Y.(*ast.Ident); isParam && params[id.Name] {
					if prefix, whole, ok := opening(b.X); ok && whole {
						s.wrappers[pkg][fn.Name.Name] = append(s.wrappers[pkg][fn.Name.Name], prefix)
					}
				}
			}
			return true
		})
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				s.literals[text] = true
			}
		}
		return true
	})
}

// each visits every text that the code asks for by a constant or a constant opening.
func (s *source) each(visit func(pos token.Position, prefixes []string, text string, whole bool)) {
	for _, f := range s.files {
		ast.Inspect(f.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, ok := asks(call)
			if !ok {
				return true
			}
			if text, whole, ok := opening(call.Args[0]); ok {
				visit(s.fset.Position(call.Args[0].Pos()), append([]string{""}, s.wrappers[f.pkg][name]...), text, whole)
			}
			return true
		})
	}
}

// unknown lists the texts that code asks for and that do not exist.
func (s *source) unknown(known map[string]bool) []string {
	var out []string
	for _, x := range s.pages {
		if !known[x.id] {
			out = append(out, x.file+": no text "+x.id)
		}
	}
	s.each(func(pos token.Position, prefixes []string, text string, whole bool) {
		for _, p := range prefixes {
			if whole && known[p+text] || !whole && begins(known, p+text) {
				return
			}
		}
		what := ": no text "
		if !whole {
			what = ": no text begins with "
		}
		out = append(out, pos.String()+what+text)
	})
	return out
}

func begins(known map[string]bool, prefix string) bool {
	for id := range known {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// unused lists the texts that no code asks for, as far as that can be known. A text counts as used where code holds its
// ID, or an opening of it that ends at a dot or hyphen, whole or after a wrapper's prefix.
func (s *source) unused(known map[string]bool) []string {
	prefixes := []string{""}
	for _, w := range s.wrappers {
		for _, p := range w {
			prefixes = append(prefixes, p...)
		}
	}
	used := func(id string) bool {
		for _, p := range prefixes {
			rest, ok := strings.CutPrefix(id, p)
			if !ok {
				continue
			}
			if s.literals[rest] {
				return true
			}
			for i := range rest {
				// A wrapper's own opening says nothing: its callers do.
				if (rest[i] == '.' || rest[i] == '-') && s.literals[rest[:i+1]] && !slices.Contains(prefixes, p+rest[:i+1]) {
					return true
				}
			}
		}
		return false
	}
	var out []string
	for id := range known {
		if !used(id) {
			out = append(out, id+" is used nowhere")
		}
	}
	slices.Sort(out)
	return out
}
