package forecast

import (
	_ "embed" // for the table
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"example.org/todoku/checks/catalog"
)

//go:embed receivers.toml
var table string

// receivers returns what the table says, which the compiler has laid out (packed.go); a table of another length, which was
// not packed yet, is parsed. It only panics for a mistake in the table, which the tests find.
var receivers = sync.OnceValue(func() []Receiver {
	if len(table) == packedLength {
		return packedReceivers
	}
	list, err := read(table)
	if err != nil {
		panic(err)
	}
	return list
})

// Receivers returns the receivers in the order in which they are shown. Demands includes those of the extended receiver,
// except where the receiver has its own for the same need.
func Receivers() []Receiver { return slices.Clone(receivers()) }

// Listed returns the IDs of the receivers that have a checklist.
func Listed() []string {
	var out []string
	for _, r := range receivers() {
		if r.Listed {
			out = append(out, r.ID)
		}
	}
	return out
}

// read decodes a table. It returns an error for an unknown key, need, level, outcome or receiver.
func read(text string) ([]Receiver, error) {
	var file struct {
		Receiver []Receiver `toml:"receiver"`
	}
	if err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		return nil, fmt.Errorf("receivers: %w", err)
	}
	var out []Receiver
	for _, r := range file.Receiver {
		if err := sound(r); err != nil {
			return nil, fmt.Errorf("receivers: %q: %w", r.ID, err)
		}
		if slices.ContainsFunc(out, func(o Receiver) bool { return o.ID == r.ID }) {
			return nil, fmt.Errorf("receivers: %q is there twice", r.ID)
		}
		if r.Extends != "" {
			i := slices.IndexFunc(out, func(o Receiver) bool { return o.ID == r.Extends })
			if i < 0 {
				return nil, fmt.Errorf("receivers: %q extends %q, which does not stand above it", r.ID, r.Extends)
			}
			r.Demands = extended(out[i].Demands, r.Demands)
		}
		out = append(out, r)
	}
	return out, nil
}

// extended returns the demands of base, without those with the same need as one of own, followed by own.
func extended(base, own []Demand) []Demand {
	out := slices.DeleteFunc(slices.Clone(base), func(d Demand) bool {
		return slices.ContainsFunc(own, func(o Demand) bool { return o.Need == d.Need })
	})
	return append(out, own...)
}

// sound returns an error if a receiver's entry is incomplete or has undefined values.
func sound(r Receiver) error {
	if r.ID == "" || r.Source == "" || len(r.Demands) == 0 {
		return fmt.Errorf("id, source and demands are needed")
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		return fmt.Errorf("checked: %w", err)
	}
	for _, d := range r.Demands {
		_, outcome := weight[d.Outcome]
		switch {
		case needs[d.Need] == nil:
			return fmt.Errorf("nobody can judge the need %q", d.Need)
		case d.Level != Required && d.Level != Recommended && d.Level != Effect:
			return fmt.Errorf("%s: no level %q", d.Need, d.Level)
		case d.Outcome != "" && !outcome, d.Outcome == Delivered:
			return fmt.Errorf("%s: no outcome %q", d.Need, d.Outcome)
		case d.Level == Effect && d.Outcome == "":
			return fmt.Errorf("%s: an effect without outcome", d.Need)
		case d.Source == "" || !slices.Contains([]catalog.Confidence{catalog.Confirmed, catalog.Seen, catalog.Memory}, d.Confidence):
			return fmt.Errorf("%s: source and confidence are needed", d.Need)
		}
	}
	return nil
}
