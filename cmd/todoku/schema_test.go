package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.org/todoku/checks"
	"example.org/todoku/checks/bounce"
	"example.org/todoku/wizard/document"
)

// unreadDomain is what check prints for a name that is not a domain.
type unreadDomain struct {
	Schema  int            `json:"schema"`
	Domain  string         `json:"domain"` // as it was given
	Verdict checks.Verdict `json:"verdict"`
	Error   string         `json:"error"` // why it is no domain, in words
}

// unreadFile is what explain says of a file that cannot be read.
type unreadFile struct {
	Schema int         `json:"schema"`
	File   string      `json:"file"`
	Kind   bounce.Kind `json:"kind"`
	Error  string      `json:"error"` // why it cannot be read, in words
}

// unreadGuarded is what guard prints for a name that is not a domain.
type unreadGuarded struct {
	Schema int                 `json:"schema"`
	Domain string              `json:"domain"` // as it was given
	State  document.GuardState `json:"state"`
	Error  string              `json:"error"` // why it is no domain, in words
}

// The schemas find these types by their names in the source.
var _ = []any{unreadDomain{}, unreadFile{}, unreadGuarded{}}

// A schemaRow is the schema of a command's output: the types of its lines, as folder and name.
type schemaRow struct {
	name, title string
	lines       []string
}

// schemaRows are all commands that take --json.
var schemaRows = []schemaRow{
	{"check", "A line of todoku check --json, and the file of todoku export --format json", []string{"wizard/document.Object", "cmd/todoku.unreadDomain"}},
	{"config", "The line of todoku config --json", []string{"cmd/todoku/verb/config.Line"}},
	{"dkim", "A line of todoku dkim --json", []string{"wizard/document.TagReading"}},
	{"dmarc", "A line of todoku dmarc --json", []string{"wizard/document.TagReading"}},
	{"explain", "A line of todoku explain --json, one a file", []string{"wizard/document.Explanation", "cmd/todoku.unreadFile"}},
	{"findings", "A line of todoku findings --json, one a code", []string{"wizard/document.Reference"}},
	{"guard", "A line of todoku guard --json, one a domain", []string{"wizard/document.GuardLine", "cmd/todoku.unreadGuarded"}},
	{"lab", "A line of todoku lab --json, one a scenario; or with --serve where it listens", []string{"cmd/todoku/verb/lab.storyLine", "cmd/todoku/verb/lab.servedLine"}},
	{"providers", "A line of todoku providers --json, one an entry of the catalogue", []string{"cmd/todoku/verb/providers.line"}},
	{"report", "A line of todoku report --json, one a policy domain", []string{"wizard/document.ReportLine"}},
	{"runs", "A line of todoku runs --json, one a wait that is kept", []string{"cmd/todoku/verb/runs.runLine"}},
	{"spf", "The line of todoku spf --json", []string{"wizard/document.Judgement"}},
	{"wait", "A line of todoku wait --json: one a look, record and place, and last how it ended", []string{"cmd/todoku/verb/wait.lookLine", "cmd/todoku/verb/wait.doneLine"}},
}

// schemaFolder is where the schemas are kept.
const schemaFolder = "../../docs/schema"

// TestSchemas: docs/schema says what is encoded, field by field, and what each field is.
func TestSchemas(t *testing.T) {
	t.Parallel()
	words, used := schemaWords(t), map[string]bool{}
	var names []string
	for _, row := range schemaRows {
		names = append(names, row.name+".json")
		m := &schemaMaker{t: t, words: words, used: used, pkgs: map[string]*sourcePackage{}, defs: map[string]any{}}
		var lines []object
		for _, l := range row.lines {
			i := strings.LastIndex(l, ".")
			lines = append(lines, m.named(m.load(l[:i]), l[i+1:]))
		}
		schema := object{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://" + module + "/docs/schema/" + row.name + ".json", "title": row.title,
			"$comment": "Made of the source: TODOKU_UPDATE=1 go test ./cmd/todoku -run TestSchemas. Fields and values may be added, never renamed.", "$defs": m.defs}
		if len(lines) == 1 {
			schema["$ref"] = lines[0]["$ref"]
		} else {
			schema["anyOf"] = lines
		}
		got, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join(schemaFolder, row.name+".json")
		if os.Getenv("TODOKU_UPDATE") != "" {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the source says (%v): look at it, then TODOKU_UPDATE=1 go test ./cmd/todoku -run TestSchemas", file, err)
		}
	}
	for key := range words {
		if !used[key] {
			t.Errorf("testdata/schema.tsv describes %s, which is nowhere", key)
		}
	}
	files, _ := filepath.Glob(schemaFolder + "/*.json")
	for _, f := range files {
		if !slices.Contains(names, filepath.Base(f)) {
			t.Errorf("%s is of no command", f)
		}
	}
}

// strict is strictSchemas for the scripts.
var strict = sync.OnceValue(func() map[string]*jsonschema.Schema {
	all, err := strictSchemas()
	if err != nil {
		panic(err)
	}
	return all
})

// strictSchemas compiles the schemas with every object closed, so that a field without schema is an error. The
// published schemas leave objects open, since fields may be added.
func strictSchemas() (map[string]*jsonschema.Schema, error) {
	out := map[string]*jsonschema.Schema{}
	for _, row := range schemaRows {
		raw, err := os.ReadFile(filepath.Join(schemaFolder, row.name+".json"))
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			return nil, err
		}
		shut(doc)
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		c.AssertFormat()
		if err := c.AddResource(row.name+".json", doc); err != nil {
			return nil, err
		}
		if out[row.name], err = c.Compile(row.name + ".json"); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shut closes every object that has properties.
func shut(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["properties"] != nil && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			shut(x)
		}
	case []any:
		for _, x := range v {
			shut(x)
		}
	}
}

// TestSchemasAreStrict: what the schemas do not name, or name otherwise, is noticed.
func TestSchemasAreStrict(t *testing.T) {
	all, err := strictSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for line, ok := range map[string]bool{
		`{"schema":1,"domain":"x","verdict":"unknown","error":"why"}`:          true,
		`{"schema":1,"domain":"x","verdict":"unknown","error":"why","more":1}`: false,
		`{"schema":1,"domain":"x","verdict":"perhaps","error":"why"}`:          false,
		`{"schema":1,"domain":"x","verdict":"unknown"}`:                        false,
		`{"schema":"1","domain":"x","verdict":"unknown","error":"why"}`:        false,
	} {
		if err := valid(all["check"], line); (err == nil) != ok {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func valid(s *jsonschema.Schema, line string) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// validOutput checks what a command has written with --json, if it was one of those with a schema: nil elsewhere.
func validOutput(all map[string]*jsonschema.Schema, args []string, stdout string) error {
	if !slices.Contains(args, "--json") || strings.TrimSpace(stdout) == "" {
		return nil
	}
	for _, a := range args[1:] {
		name := a
		if name == "export" {
			name = "check"
		}
		s := all[name]
		if s == nil {
			continue
		}
		for line := range jsonValues(stdout) {
			if err := valid(s, line); err != nil {
				return fmt.Errorf("docs/schema/%s.json: %w\n%s", name, err, line)
			}
		}
		return nil
	}
	return fmt.Errorf("no schema for the JSON of %q", args)
}

// jsonValues are the values that follow each other in a text.
func jsonValues(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for dec := json.NewDecoder(strings.NewReader(text)); dec.More(); {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				yield(text)
				return
			}
			if !yield(string(raw)) {
				return
			}
		}
	}
}

// TestSchemasHoldOfAllFields: a summary with everything in it, a wait and a forecast among it, is as docs/schema says.
func TestSchemasHoldOfAllFields(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		raw, err := os.ReadFile("../../wizard/document/testdata/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := validOutput(strict(), []string{"todoku", "export", "--json"}, string(raw)); err != nil {
			t.Error(err)
		}
	}
}

// TestTestsAlone: what only tests need is in no binary.
func TestTestsAlone(t *testing.T) {
	t.Parallel()
	for _, d := range program(t) {
		for _, not := range []string{"github.com/santhosh-tekuri/", "github.com/hashicorp/", "github.com/zclconf/"} {
			if strings.HasPrefix(d, not) {
				t.Errorf("the program holds %s", d)
			}
		}
	}
}
