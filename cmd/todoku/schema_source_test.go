package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The schemas of the JSON outputs are made of the Go types that are encoded, and of the comments on their fields: so a
// field that nobody has described is found when it is written, and a schema never says more than is encoded.

// A schemaMaker reads packages of this module as source.
type schemaMaker struct {
	t     *testing.T
	words map[string]string // descriptions where the source has none: "document.Finding.what"
	used  map[string]bool   // of words
	pkgs  map[string]*sourcePackage
	defs  map[string]any
}

// A sourcePackage is the types of a package with the file that each stands in, and the constants of its named strings.
type sourcePackage struct {
	dir    string
	types  map[string]*ast.TypeSpec
	docs   map[string]string
	files  map[string]*ast.File
	values map[string][]string // type → its constants
}

// object is a JSON object whose keys are printed in alphabetical order.
type object = map[string]any

// load reads a package by its folder below the module.
func (m *schemaMaker) load(dir string) *sourcePackage {
	if p := m.pkgs[dir]; p != nil {
		return p
	}
	p := &sourcePackage{dir: dir, types: map[string]*ast.TypeSpec{}, docs: map[string]string{}, files: map[string]*ast.File{}, values: map[string][]string{}}
	m.pkgs[dir] = p
	entries, err := os.ReadDir(filepath.Join("../..", dir))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") && name != "schema_test.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", dir, name), nil, parser.ParseComments)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				p.declare(f, g)
			}
		}
	}
	return p
}

// declare takes the types and constants of a declaration.
func (p *sourcePackage) declare(f *ast.File, g *ast.GenDecl) {
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil {
				doc = g.Doc
			}
			p.types[s.Name.Name], p.docs[s.Name.Name], p.files[s.Name.Name] = s, doc.Text(), f
		case *ast.ValueSpec:
			id, ok := s.Type.(*ast.Ident)
			if g.Tok != token.CONST || !ok || len(s.Values) != 1 {
				continue
			}
			if lit, ok := s.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				v, _ := strconv.Unquote(lit.Value)
				p.values[id.Name] = append(p.values[id.Name], v)
			}
		}
	}
}

// of is the schema of a type expression that stands in a file of a package.
func (m *schemaMaker) of(p *sourcePackage, f *ast.File, e ast.Expr) object {
	switch e := e.(type) {
	case *ast.StarExpr:
		return m.of(p, f, e.X)
	case *ast.ArrayType:
		return object{"type": "array", "items": m.of(p, f, e.Elt)}
	case *ast.MapType:
		return object{"type": "object", "additionalProperties": m.of(p, f, e.Value)}
	case *ast.Ident:
		return m.named(p, e.Name)
	case *ast.SelectorExpr:
		pkg := e.X.(*ast.Ident).Name
		switch pkg + "." + e.Sel.Name {
		case "time.Time":
			return object{"type": "string", "format": "date-time"}
		case "json.RawMessage":
			return object{}
		case "netip.AddrPort":
			return object{"type": "string"}
		}
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			if dir, ours := strings.CutPrefix(path, module+"/"); ours && filepath.Base(dir) == pkg {
				return m.named(m.load(dir), e.Sel.Name)
			}
		}
	}
	m.t.Fatalf("%s: no schema for %T %v", p.dir, e, e)
	return nil
}

// basics are the schemas of Go's own types.
var basics = map[string]object{
	"string": {"type": "string"}, "bool": {"type": "boolean"}, "int": {"type": "integer"}, "int64": {"type": "integer"},
	"uint16": {"type": "integer", "minimum": 0}, "uint32": {"type": "integer", "minimum": 0},
}

// entries are what an interface stands for.
var entries = map[string][]string{"Provider": {"Host", "Sender", "Panel"}}

// mostValues is how many constants a type may have to be listed; the codes of findings are too many, and listed elsewhere.
const mostValues = 24

func (m *schemaMaker) named(p *sourcePackage, name string) object {
	if b, ok := basics[name]; ok && p.types[name] == nil {
		return b
	}
	spec := p.types[name]
	if spec == nil {
		m.t.Fatalf("%s has no type %s", p.dir, name)
	}
	switch x := spec.Type.(type) {
	case *ast.InterfaceType:
		var any []object
		for _, n := range entries[name] {
			any = append(any, m.named(m.load("checks/catalog"), n))
		}
		return object{"anyOf": any}
	case *ast.StructType:
		key := filepath.Base(p.dir) + "." + name
		if _, done := m.defs[key]; !done {
			m.defs[key] = nil // a type may hold itself
			m.defs[key] = m.structure(p, name, x)
		}
		return object{"$ref": "#/$defs/" + key}
	}
	out := m.of(p, p.files[name], spec.Type)
	if values := p.values[name]; len(values) > 1 && len(values) <= mostValues {
		out = object{"type": "string", "enum": slices.Compact(slices.Sorted(slices.Values(values)))}
	}
	return out
}

// structure is the schema of a struct: its fields by their JSON names, those of an embedded one among them.
func (m *schemaMaker) structure(p *sourcePackage, name string, s *ast.StructType) object {
	properties, required := object{}, []string{}
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 && f.Tag == nil {
			key := strings.TrimPrefix(m.of(p, p.files[name], f.Type)["$ref"].(string), "#/$defs/")
			inner := m.defs[key].(object)
			for k, v := range inner["properties"].(object) {
				properties[k] = v
			}
			required = append(required, inner["required"].([]string)...)
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		json, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if json == "-" {
			continue
		}
		x := object{}
		for k, v := range m.of(p, p.files[name], f.Type) {
			x[k] = v
		}
		x["description"] = m.describe(filepath.Base(p.dir)+"."+name+"."+json, f)
		if _, pointer := f.Type.(*ast.StarExpr); pointer && options == "" {
			x = object{"anyOf": []object{{"$ref": x["$ref"]}, {"type": "null"}}, "description": x["description"]}
		}
		if k := x["type"]; options == "" && p.dir == "checks/catalog" && (k == "object" || k == "array") {
			x["type"] = []any{k, "null"} // what an entry of the catalogue leaves out
		}
		properties[json] = x
		if options == "" {
			required = append(required, json)
		}
	}
	out := object{"type": "object", "properties": properties, "required": required}
	if doc, _, _ := strings.Cut(p.docs[name], "\n\n"); doc != "" {
		doc = strings.TrimPrefix(strings.TrimSpace(strings.ReplaceAll(doc, "\n", " ")), name+" is ")
		out["description"] = sentenceOf(strings.TrimPrefix(doc, name+" "))
	}
	return out
}

// describe is what a field is: what the list of words says, else the comment on it.
func (m *schemaMaker) describe(key string, f *ast.Field) string {
	m.used[key] = true
	text := f.Comment.Text()
	if text == "" {
		text = f.Doc.Text()
	}
	if own := m.words[key]; own != "" {
		return own
	}
	if key := key[strings.LastIndex(key, ".")+1:]; text == "" && m.words[key] != "" {
		m.used[key] = true
		return m.words[key]
	}
	if text == "" {
		m.t.Errorf("nobody says what %s is: write a comment on the field, or a line in testdata/schema.tsv", key)
	}
	text = strings.ReplaceAll(text, "\n", " ")
	if len(f.Names) == 1 {
		for _, begin := range []string{" is ", " are ", ": ", " "} { // Go's way to begin a comment
			if rest, ok := strings.CutPrefix(text, f.Names[0].Name+begin); ok {
				text = rest
				break
			}
		}
	}
	return sentenceOf(text)
}

// sentenceOf gives a text a capital and a full stop.
func sentenceOf(text string) string {
	text = strings.TrimSpace(text)
	r, n := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[n:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// schemaWords reads the descriptions that no comment gives, in columns: the field, or a field's bare name for all of that
// name; what it is.
func schemaWords(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/schema.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, ok := strings.Cut(line, "\t")
		if !ok || out[key] != "" {
			t.Fatal(fmt.Errorf("testdata/schema.tsv: %q", line))
		}
		out[key] = text
	}
	return out
}
