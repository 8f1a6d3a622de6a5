package lab

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n/bylang"
)

//go:embed scenarios/*.txtar
var scenarioFiles embed.FS

// baseFile is the part of the internet that every scenario shares.
const baseFile = "scenarios/base.txtar"

// Scenario is one story or test case.
type Scenario struct {
	ID      string
	File    string // the name of the file that it was read from
	Story   bool   // offered by "todoku lab"; the others are test cases
	Title   bylang.Text
	About   bylang.Text
	Answers owner.Answers
	Keys    map[string]string // DKIM key values that the consoles show; see Key
	// Sends says how the owner's mail is sent; nil if the file does not say.
	Sends *Sends
	// Findings are all findings of the rules, including hidden ones, by code; nil if the file does not say.
	Findings []Finding
	Detect   []Sight // everything that the catalogue finds in it; nil if the file does not say
	// Mistakes are the rows of docs/mistakes.md that it covers.
	Mistakes []int
	Phases   []Phase // periods covered by DMARC reports; see Reports

	world *world
}

// Key returns what a service's console shows for the record of a name; "" for nothing. Keys holds it by service ID, or
// by "ID/selector" if the service needs several.
func (s Scenario) Key(service, name string) string {
	selector, _ := dnsname.Selector(name)
	return cmp.Or(s.Keys[service+"/"+selector], s.Keys[service])
}

// Sight is one entry of the catalogue that is detected in a scenario.
type Sight struct {
	Kind  string // host, panel or sender
	ID    string
	Value string // the server or address that was found with it
	Maybe bool   // offered, but not claimed
}

// header is what scenario.toml holds.
type header struct {
	ID      string            `toml:"id"`
	Story   bool              `toml:"story"`
	Title   bylang.Text       `toml:"title"`
	About   bylang.Text       `toml:"about"`
	Keys    map[string]string `toml:"keys"`
	Answers map[string]any    `toml:"answers"`
	Sends   *Sends            `toml:"sends"`
	// Mistakes are row numbers of docs/mistakes.md.
	Mistakes []int `toml:"mistakes"`
}

var scenarios = sync.OnceValues(readScenarios)

func readScenarios() ([]Scenario, error) {
	names, err := fs.Glob(scenarioFiles, "scenarios/*.txtar")
	if err != nil {
		return nil, err
	}
	var out []Scenario
	for _, name := range names {
		if name == baseFile {
			continue
		}
		data, err := scenarioFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sc, err := Parse(path.Base(name), data)
		if err != nil {
			return nil, err
		}
		out = append(out, sc)
	}
	slices.SortFunc(out, func(a, b Scenario) int {
		if a.Story != b.Story {
			if a.Story {
				return -1
			}
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	for i := 1; i < len(out); i++ {
		if strings.EqualFold(out[i].ID, out[i-1].ID) {
			return nil, fmt.Errorf("two scenarios have the id %q", out[i].ID)
		}
	}
	return out, nil
}

// Scenarios returns the embedded scenarios, stories first, each kind sorted by ID.
func Scenarios() ([]Scenario, error) {
	list, err := scenarios()
	return slices.Clone(list), err
}

// ErrNotFound says that there is no scenario of that ID.
var ErrNotFound = errors.New("no such scenario")

// Find returns a scenario by ID, ignoring case ("s1"). The error is ErrNotFound, with the ID, if there is none. It
// reads only that scenario's file, which is named after the ID: case-ID.txtar, or ID-WORDS.txtar for a story.
func Find(id string) (Scenario, error) {
	files, err := fs.ReadDir(scenarioFiles, path.Dir(baseFile))
	if err != nil {
		return Scenario{}, err
	}
	low := strings.ToLower(id)
	for _, f := range files {
		if f.Name() != "case-"+low+".txtar" && !strings.HasPrefix(f.Name(), low+"-") {
			continue
		}
		data, err := scenarioFiles.ReadFile(path.Join(path.Dir(baseFile), f.Name()))
		if err != nil {
			return Scenario{}, err
		}
		sc, err := Parse(f.Name(), data)
		if err != nil {
			return Scenario{}, err
		}
		if strings.EqualFold(sc.ID, id) {
			return sc, nil
		}
	}
	return Scenario{}, fmt.Errorf("%w: %q", ErrNotFound, id)
}

// Parse reads a scenario file: a txtar archive with these sections (see scenarios/base.txtar for a long example).
//
//	-- scenario.toml --              id, story, [title] and [about] by language, [keys] by service, [answers], [sends] as Sends, mistakes
//	-- servers --                    one a line: HOST ADDRESS… FAULT…; a FAULT as ParseFault reads it
//	-- zone NAME @ HOST… --          BIND zone text; SOA and NS are made where it has none
//	-- hidden zone NAME @ HOST… --   a zone that these servers hold though nobody is delegated to them; at a server
//	                                 that holds the visible zone of that name too, the hidden one is what it answers; at
//	                                 resolver.lab.test it is the office's own zone, which nobody outside sees
//	-- loose zone NAME @ HOST… --    a zone whose servers take an alias (CNAME) beside other records, as some panels let happen:
//	                                 each type is answered by its own record, and by the alias where it has none
//	-- delegation NAME @ HOST… --    what the parent says of NAME, where that is not what the zone says; no HOST: nothing
//	-- asked --                      what resolvers were asked before the story begins, so that their answers are cached:
//	                                 PLACE NAME TYPE AGO ("google shop.example TXT 12m"), oldest first
//	-- remembered --                 records that a place's caches still hold though nothing in the world says so any more:
//	                                 PLACE LEFT NAME TYPE DATA ("system 5h shop.example NS ns1.old.example."); DATA "absent": that there is
//	                                 no such record
//	-- findings --                   all that the rules say, as Finding.String writes it, sorted as text
//	-- reports PHASE --              DMARC reports of a phase of the story (before, after): one kind of mail a line, COUNT IP [dkim=RESULT:DOMAIN:SELECTOR]…
//	                                 [spf=RESULT:DOMAIN] [reason=TYPE], COUNT being messages a day
//	-- detect --                     what the catalogue finds: KIND ID [?] [VALUE] ("host sakura-rs www1234.sakura.ne.jp"); a
//	                                 "?" marks what is offered and not claimed
//
// Delegations with their glue are made from the zones declared. A zone that base.txtar has too is added to. Lines that
// begin with '#' (';' in zone text) are comments. Errors name file and line.
//
// The findings are exact, so that every side effect of a rule shows in them; "go test ./checks -run TestScenarios -update"
// writes them. They are sorted as text, not as Diagnose gives them: a rule that moves in the table, or whose severity
// changes, then moves no line, and a diff has only the lines that say something else now.
func Parse(file string, data []byte) (Scenario, error) {
	w, rest, err := parseWorld(file, data)
	if err != nil {
		return Scenario{}, err
	}
	sc := Scenario{File: file, world: w}
	for _, s := range rest {
		switch {
		case strings.HasPrefix(s.name, reportsHeader):
			err = sc.readReports(s)
		case s.name == "scenario.toml":
			err = sc.readHeader(s)
		case s.name == "findings":
			err = sc.readFindings(s)
		case s.name == "detect":
			err = sc.readDetect(s)
		default:
			err = s.errorf(0, "unknown section %q", s.name)
		}
		if err != nil {
			return Scenario{}, err
		}
	}
	if sc.ID == "" {
		return Scenario{}, fmt.Errorf("%s: no id in scenario.toml", file)
	}
	for _, z := range w.zones {
		if _, err := z.parsed(); err != nil {
			return Scenario{}, err
		}
	}
	return sc, nil
}

func (sc *Scenario) readHeader(s section) error {
	var h header
	if err := toml.NewDecoder(strings.NewReader(s.text)).DisallowUnknownFields().Decode(&h); err != nil {
		var unknown *toml.StrictMissingError
		if errors.As(err, &unknown) {
			return s.errorf(0, "unknown key %q", strings.Join(unknown.Errors[0].Key(), "."))
		}
		var broken *toml.DecodeError
		if errors.As(err, &broken) {
			line, _ := broken.Position()
			return s.errorf(line-1, "%v", broken)
		}
		return s.errorf(0, "%v", err)
	}
	// The answers have the field names of saved runs, so they are decoded as JSON.
	raw, err := json.Marshal(h.Answers)
	if err != nil {
		return s.errorf(0, "answers: %v", err)
	}
	if h.Answers != nil {
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&sc.Answers); err != nil {
			return s.errorf(0, "answers: %v", err)
		}
	}
	if err := h.Sends.check(); err != nil {
		return s.errorf(0, "%v", err)
	}
	sc.ID, sc.Story, sc.Title, sc.About, sc.Keys, sc.Mistakes, sc.Sends = h.ID, h.Story, h.Title, h.About, h.Keys, h.Mistakes, h.Sends
	return nil
}

func (sc *Scenario) readDetect(s section) error {
	sc.Detect = []Sight{}
	return s.eachLine(func(f []string) error {
		if len(f) < 2 || !slices.Contains([]string{"host", "panel", "sender"}, f[0]) {
			return fmt.Errorf("want KIND ID [?] [VALUE], have %q", strings.Join(f, " "))
		}
		sight := Sight{Kind: f[0], ID: f[1]}
		rest := f[2:]
		if len(rest) > 0 && rest[0] == "?" {
			sight.Maybe, rest = true, rest[1:]
		}
		if len(rest) > 1 {
			return fmt.Errorf("one value, not %q", strings.Join(rest, " "))
		}
		sight.Value = strings.Join(rest, "")
		sc.Detect = append(sc.Detect, sight)
		return nil
	})
}

// section is one part of a file.
type section struct {
	file string
	line int // of the first line of text
	name string
	text string
}

// errorf returns an error with the file and the line that is n lines into the section.
func (s section) errorf(n int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.file, s.line+n, fmt.Sprintf(format, args...))
}

func sections(file string, data []byte) ([]section, error) {
	at := 0
	for l := range bytes.Lines(data) {
		at++
		if string(bytes.TrimSpace(l)) == "-- --" { // package txtar panics on it
			return nil, fmt.Errorf("%s:%d: a section without a name", file, at)
		}
	}
	ar := txtar.Parse(data)
	line := 1 + bytes.Count(ar.Comment, []byte("\n"))
	var out []section
	for _, f := range ar.Files {
		line++ // the marker
		out = append(out, section{file: file, line: line, name: f.Name, text: string(f.Data)})
		line += bytes.Count(f.Data, []byte("\n"))
	}
	return out, nil
}

// The kinds of sections about a zone.
const (
	visibleZone = "zone"
	hiddenZone  = "hidden zone"
	looseZone   = "loose zone"
	delegated   = "delegation"
)

// zoneHeader splits the header of a section about a zone, KIND NAME @ HOST…; ok is false for another section.
func zoneHeader(header string) (kind, name string, hosts []string, ok bool) {
	front, servers, ok := strings.Cut(header, " @")
	words := strings.Fields(front)
	if !ok || len(words) < 2 || servers != "" && servers[0] != ' ' {
		return "", "", nil, false
	}
	last := len(words) - 1
	kind = strings.Join(words[:last], " ")
	return kind, words[last], strings.Fields(servers), slices.Contains([]string{visibleZone, hiddenZone, looseZone, delegated}, kind)
}

// lines returns the lines without comments.
func lines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		l, _, _ = strings.Cut(l, "#")
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
