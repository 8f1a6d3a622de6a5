package bounce

import (
	_ "embed" // for the table
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed receivers.toml
var receiversFile string

// receiver is who takes mail in, and by what it is known.
type receiver struct {
	ID      string   `toml:"id"`
	Hosts   []string `toml:"hosts"`
	Domains []string `toml:"domains"`
	Marks   []string `toml:"marks"`
	// Filter: it keeps no mailboxes but stands before the servers of others, or behind them, and refuses by itself.
	Filter bool `toml:"filter"`
	// Numbers are status codes without their class that it uses with a meaning of its own.
	Numbers map[string]Cause `toml:"numbers"`
}

// Gmail is the ID of the receiver that refuses most.
const Gmail = "gmail"

// ownNumber is what a receiver alone means by a status code without its class; "" where it means what everybody does.
func ownNumber(id, number string) Cause {
	i := slices.IndexFunc(receivers(), func(r receiver) bool { return r.ID == id })
	if i < 0 {
		return ""
	}
	return receivers()[i].Numbers[number]
}

// receivers reads the embedded table once. It cannot fail but by a defect of the program, which the tests find.
var receivers = sync.OnceValue(func() []receiver {
	list, err := readReceivers(receiversFile)
	if err != nil {
		panic(err)
	}
	return list
})

func readReceivers(text string) ([]receiver, error) {
	var file struct {
		Receiver []receiver `toml:"receiver"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, err
	}
	if keys := meta.Undecoded(); len(keys) > 0 {
		return nil, fmt.Errorf("receivers.toml: unknown key %s", keys[0])
	}
	for _, r := range file.Receiver {
		for number, cause := range r.Numbers {
			if !slices.Contains(Causes(), cause) {
				return nil, fmt.Errorf("receivers.toml: %s: %s means no cause: %q", r.ID, number, cause)
			}
		}
	}
	return file.Receiver, nil
}

// Receivers lists the IDs of all receivers in the table.
func Receivers() []string {
	var out []string
	for _, r := range receivers() {
		out = append(out, r.ID)
	}
	return out
}

// receiverOf tells who refused: by the marks of the reply, by the server that gave it, by the address; in that order. A
// server that is known and is none of the receiver's own stands between: a filter, or a relay of the sender's, and what it
// refuses the receiver has never seen.
func receiverOf(reply, host, address string) string {
	if id := marked(reply, false); id != "" {
		return id
	}
	if id := owning(host, func(r receiver) []string { return r.Hosts }); id != "" {
		return id
	}
	if id := marked(reply, true); id != "" || host != "" {
		return id
	}
	return kept(domainOf(address))
}

// marked is the receiver, or the filter, whose mark stands in a reply. Receivers that run a filter's product show its marks.
func marked(reply string, filter bool) string {
	for _, r := range receivers() {
		if r.Filter == filter && slices.ContainsFunc(r.Marks, func(m string) bool { return strings.Contains(reply, m) }) {
			return r.ID
		}
	}
	return ""
}

// kept is the receiver whose own domain a name is, or lies below: its records are not those of the people who have addresses
// there.
func kept(domain string) string {
	return owning(domain, func(r receiver) []string { return r.Domains })
}

func owning(name string, list func(receiver) []string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "" {
		return ""
	}
	for _, r := range receivers() {
		for _, end := range list(r) {
			if name == end || strings.HasSuffix(name, "."+end) {
				return r.ID
			}
		}
	}
	return ""
}

// domainOf is the part of an address behind its @, in lower case.
func domainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return strings.ToLower(strings.Trim(address[i+1:], ".>"))
}

// ReceiverAt is the ID of the receiver whose servers a host is one of; "" where it is none of the table.
func ReceiverAt(host string) string {
	return owning(host, func(r receiver) []string { return r.Hosts })
}
