package lab

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/todoku/i18n/bylang"
)

//go:embed decay/*.txtar
var decayFiles embed.FS

// Decay changes a scenario's domain after a look at it: the same small internet, later. It has its own file, so that it
// can be applied to any scenario.
type Decay struct {
	ID    string      `toml:"id"`
	Of    string      `toml:"of"` // ID of the scenario that it changes
	Title bylang.Text `toml:"title"`
	File  string      `toml:"-"`
	// Drift is the expected outcome of a comparison of the two, line by line; nil if the file does not say.
	Drift []string `toml:"-"`

	later []txtar.File
}

var decays = sync.OnceValues(func() ([]Decay, error) {
	files, err := decayFiles.ReadDir("decay")
	if err != nil {
		return nil, err
	}
	var out []Decay
	for _, f := range files {
		data, err := decayFiles.ReadFile(path.Join("decay", f.Name()))
		if err != nil {
			return nil, err
		}
		d, err := parseDecay(f.Name(), data)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
})

// Decays returns the embedded decays by ID.
func Decays() ([]Decay, error) {
	list, err := decays()
	return slices.Clone(list), err
}

// parseDecay parses a decay's file: a txtar archive with the section decay.toml (id, of, title), the sections of the
// scenario that change, and drift. A zone, delegation or servers section replaces the scenario's section of that name.
// "-- edit ZONE --" changes lines of a zone: "-" and the beginning of a line to remove, "+" and a line to add.
func parseDecay(file string, data []byte) (Decay, error) {
	d := Decay{File: file}
	for _, f := range txtar.Parse(data).Files {
		switch f.Name {
		case "decay.toml":
			if err := toml.NewDecoder(bytes.NewReader(f.Data)).DisallowUnknownFields().Decode(&d); err != nil {
				return d, fmt.Errorf("%s: %w", file, err)
			}
		case "drift":
			d.Drift = lines(string(f.Data))
		default:
			d.later = append(d.later, f)
		}
	}
	if d.ID+".txtar" != file || d.Of == "" {
		return d, fmt.Errorf("%s: id %q of %q", file, d.ID, d.Of)
	}
	return d, nil
}

// Later returns a scenario after one of its decays, by the decay's ID; the error is ErrNotFound if it has no such
// decay.
func (sc Scenario) Later(id string) (Scenario, error) {
	all, err := decays()
	if err != nil {
		return Scenario{}, err
	}
	i := slices.IndexFunc(all, func(d Decay) bool { return d.ID == id && strings.EqualFold(d.Of, sc.ID) })
	if i < 0 {
		return Scenario{}, fmt.Errorf("%w: %q", ErrNotFound, id)
	}
	data, err := scenarioFiles.ReadFile(path.Join(path.Dir(baseFile), sc.File))
	if err != nil {
		return Scenario{}, err
	}
	ar := txtar.Parse(data)
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return slices.Contains([]string{"findings", "detect", "asked"}, f.Name) })
	for _, f := range all[i].later {
		if ar.Files, err = laid(ar.Files, f); err != nil {
			return Scenario{}, fmt.Errorf("%s: %w", all[i].File, err)
		}
	}
	return Parse(sc.File, bytes.Clone(txtar.Format(ar)))
}

// laid applies one section of a decay to the scenario's sections.
func laid(files []txtar.File, f txtar.File) ([]txtar.File, error) {
	apex, edit := strings.CutPrefix(f.Name, "edit ")
	want := "zone " + canon(apex)
	if !edit {
		want = declared(f.Name)
	}
	i := slices.IndexFunc(files, func(g txtar.File) bool { return declared(g.Name) == want })
	switch {
	case edit && i < 0:
		return nil, fmt.Errorf("no zone %q to edit", apex)
	case edit:
		text, err := edited(string(files[i].Data), lines(string(f.Data)))
		files[i].Data = []byte(text)
		return files, err
	case i < 0:
		return append(files, f), nil
	}
	files[i] = f
	return files, nil
}

// edited returns a zone's text with lines removed and added by edits. Runs of blanks compare equal.
func edited(text string, edits []string) (string, error) {
	all := strings.Split(strings.TrimSpace(text), "\n")
	for _, e := range edits {
		if line, add := strings.CutPrefix(e, "+"); add {
			all = append(all, line)
			continue
		}
		n := len(all)
		begins := strings.Join(strings.Fields(strings.TrimPrefix(e, "-")), " ")
		all = slices.DeleteFunc(all, func(l string) bool { return strings.HasPrefix(strings.Join(strings.Fields(l), " "), begins) })
		if len(all) == n {
			return "", fmt.Errorf("no line begins with %q", begins)
		}
	}
	return strings.Join(all, "\n") + "\n", nil
}

// declared returns what a section declares, without its servers: two sections that declare the same thing cannot both
// be used.
func declared(section string) string {
	if kind, name, _, ok := zoneHeader(section); ok {
		return kind + " " + canon(name)
	}
	return section
}
