package bounce

import (
	_ "embed" // for the table
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

//go:embed receivers.toml
var receiversFile string

// receiver is a receiver of mail, and how to recognise it.
type receiver struct {
	ID      string   `toml:"id"`
	Hosts   []string `toml:"hosts"`
	Domains []string `toml:"domains"`
	Marks   []string `toml:"marks"`
	// Filter marks a service without mailboxes that filters mail for other servers, and refuses by itself.
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

// receivers returns the embedded table, parsed once. An error would be a defect of the program, which the tests find.
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
	if err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		return nil, fmt.Errorf("receivers.toml: %w", err)
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

// Receivers returns the IDs of all receivers in the table.
func Receivers() []string {
	var out []string
	for _, r := range receivers() {
		out = append(out, r.ID)
	}
	return out
}

// receiverOf returns who refused: by marks in the reply, by the server that gave it, or by the address, in that order.
// If a known server is not one of the receiver's own, it is a filter or a relay of the sender's, and the receiver never
// saw what it refused.
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

// marked returns the receiver or filter whose mark is in a reply. Receivers that use a filter's product show its marks
// too.
func marked(reply string, filter bool) string {
	for _, r := range receivers() {
		if r.Filter == filter && slices.ContainsFunc(r.Marks, func(m string) bool { return strings.Contains(reply, m) }) {
			return r.ID
		}
	}
	return ""
}

// kept returns the mailbox provider whose own domain a name is, or is below; people with addresses there cannot change
// its records.
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

// domainOf returns the part of an address after its "@", in lower case.
func domainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return strings.ToLower(strings.Trim(address[i+1:], ".>"))
}

// ReceiverAt returns the ID of the receiver to which a host belongs; "" if it is not in the table.
func ReceiverAt(host string) string {
	return owning(host, func(r receiver) []string { return r.Hosts })
}
