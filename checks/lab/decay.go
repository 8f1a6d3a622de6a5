package lab

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/todoku/i18n/bylang"
)

//go:embed decay/*.txtar
var decayFiles embed.FS

// Decay is what happens to a scenario's domain after a look at it: the same small internet, later. It is a file of its own,
// so that any scenario can be the beginning.
type Decay struct {
	ID    string      `toml:"id"`
	Of    string      `toml:"of"` // the scenario that it begins with
	Title bylang.Text `toml:"title"`
	File  string      `toml:"-"`
	// Drift is what a comparison of the two says, line by line; nil where the file does not say.
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

// Decays lists the embedded decays by ID.
func Decays() ([]Decay, error) {
	list, err := decays()
	return slices.Clone(list), err
}

// parseDecay reads a decay's file: a txtar archive with the section decay.toml (id, of, title), the sections of a scenario
// that differ later, and drift. A zone, a delegation or the servers take the place of those of that name, and
// "-- edit ZONE --" changes lines of a zone: "-" and how the line begins, "+" and a new one.
func parseDecay(file string, data []byte) (Decay, error) {
	d := Decay{File: file}
	for _, f := range txtar.Parse(data).Files {
		switch f.Name {
		case "decay.toml":
			meta, err := toml.Decode(string(f.Data), &d)
			if err != nil {
				return d, fmt.Errorf("%s: %w", file, err)
			}
			if extra := meta.Undecoded(); len(extra) > 0 {
				return d, fmt.Errorf("%s: unknown key %q", file, extra[0].String())
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

// Later is a scenario after a decay of it, by the decay's ID. The error is ErrNotFound where it has none of that ID.
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

// laid lays one section of a decay over those of a scenario.
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

// edited is a zone's text without the lines that begin with what a "-" names, and with those that a "+" adds. Blanks count
// as one.
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

// declared is what a section declares, without the servers that hold it: two sections of one place cannot both be.
func declared(section string) string {
	if m := zoneHeader.FindStringSubmatch(section); m != nil {
		return m[1] + " " + canon(m[2])
	}
	return section
}
