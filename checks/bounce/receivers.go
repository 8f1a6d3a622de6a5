package bounce

import (
	_ "embed" // for the table
	"fmt"
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

// receiverOf tells who refused: by the marks of the reply, by the server that gave it, by the address; in that order,
// since an address at a company's own domain says nothing, and a server that passes the mail on is not who refused.
func receiverOf(reply, host, address string) string {
	for _, r := range receivers() {
		for _, m := range r.Marks {
			if strings.Contains(reply, m) {
				return r.ID
			}
		}
	}
	if id := owning(host, func(r receiver) []string { return r.Hosts }); id != "" {
		return id
	}
	return owning(domainOf(address), func(r receiver) []string { return r.Domains })
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
