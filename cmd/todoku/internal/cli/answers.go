package cli

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Read converts the flags to answers. An ID that the catalogue does not have, or a value that cannot be parsed, is a
// usage fault.
func (a *Answers) Read(cat *catalog.Catalog) (owner.Answers, error) {
	var out owner.Answers
	for _, arg := range a.Hosts {
		id, value, given := strings.Cut(arg, "=")
		if id != owner.Unknown {
			e, ok := cat.Host(id)
			if !ok {
				return out, a.noEntry("--mail-host", id)
			}
			id = e.ID
			if given {
				if value, ok = a.hostValue(e, value); !ok {
					return out, a.BadValue("--mail-host", arg, a.hostHint(e))
				}
			}
		} else if given {
			return out, a.BadValue("--mail-host", arg, a.Lang.T("cmd.fault.no-entry"))
		}
		out.Hosts = append(out.Hosts, owner.Host{ID: id, Value: value})
	}
	for _, id := range a.Senders {
		if id == owner.None {
			out.NoSender = true
			continue
		}
		e, ok := cat.Sender(id)
		if !ok {
			return out, a.noEntry("--sender", id)
		}
		out.Senders = append(out.Senders, e.ID)
	}
	if out.NoSender && len(out.Senders) > 0 {
		return out, a.BadValue("--sender", owner.None, a.Lang.T("cmd.fault.none-alone"))
	}
	if id := a.Panel; id != "" && id != owner.Unknown {
		e, ok := cat.Panel(id)
		if !ok {
			return out, a.noEntry("--dns-panel", id)
		}
		out.Panel = e.ID
	}
	for _, arg := range a.IPs {
		ip, ok := a.sendingAddr(arg)
		if !ok {
			return out, a.BadValue("--ip", arg, a.Lang.T("cmd.fault.ip"))
		}
		out.IPs = append(out.IPs, ip)
	}
	out.SPF = owner.SPFChoice{Drop: a.SPFDrop, Flatten: a.SPFFlatten}
	if err := a.answerMail(&out); err != nil {
		return out, err
	}
	if err := a.answerRoute(cat, &out); err != nil {
		return out, err
	}
	return out, a.answerKeys(cat, &out)
}

// answerMail reads the flags that hold mail addresses, a route or a file.
func (a *Answers) answerMail(out *owner.Answers) error {
	var err error
	if out.ReportTo, err = a.address("--report-to", a.ReportTo); err != nil {
		return err
	}
	if out.List.Address, err = a.address("--list", a.List); err != nil {
		return err
	}
	switch route := owner.Route(a.Path); {
	case slices.Contains([]owner.Route{"", owner.Direct, owner.Forward, owner.List}, route):
		out.Route = route
	default:
		return a.BadValue("--path", a.Path, a.Lang.T("cmd.fault.path"))
	}
	if out.Volume = owner.Volume(a.Volume); !slices.Contains([]owner.Volume{"", owner.VolumeSmall, owner.VolumeBulk}, out.Volume) {
		return a.BadValue("--volume", a.Volume, a.Lang.T("cmd.fault.volume"))
	}
	if out.Route == "" && out.List.Address != "" {
		out.Route = owner.List
	}
	if a.Message != "" {
		if out.Mail, err = a.mail(a.Message); err != nil {
			return err
		}
	}
	return nil
}

// mail reads the mail in a file of any size and returns what it shows about the owner's mail.
func (a *Answers) mail(name string) (owner.Mail, error) {
	src, err := a.OpenInput(name)
	if err != nil {
		return owner.Mail{}, err
	}
	defer func() { _ = src.Close() }()
	m, err := inhand.Open(context.Background(), src, false)
	if err != nil {
		return owner.Mail{}, a.unread(name, err)
	}
	a.InHand = &m
	return m.Learn(), nil
}

// answerKeys reads --dkim SELECTOR[=VALUE]; a value is cleaned as a pasted one is.
func (a *Answers) answerKeys(cat *catalog.Catalog, out *owner.Answers) error {
	for _, arg := range a.Keys {
		selector, value, given := strings.Cut(arg, "=")
		selector = strings.ToLower(strings.TrimSuffix(selector, "."))
		if !IsSelector(selector) {
			return a.BadValue("--dkim", arg, a.Lang.T("cmd.fault.selector"))
		}
		k := owner.Key{Selector: selector, Service: signer(cat, *out, selector)}
		if given {
			p := dkim.Clean(value)
			if p.Value == "" || p.Problem != "" {
				return a.badKey(arg, selector, p.Problem)
			}
			k.Value, k.Alias = p.Value, p.Alias
		}
		out.Keys = append(out.Keys, k)
	}
	return nil
}

// badKey returns the fault of a value that is no DKIM key. A private key is not repeated in it.
func (a *Answers) badKey(arg, selector, problem string) error {
	if problem == dkim.PrivateKey {
		arg = selector + "=..."
	}
	hint := a.Lang.T("cmd.fault.dkim-value")
	if id := "tui.key-problem." + problem; problem != dkim.NotDKIM && a.Lang.Has(id) {
		hint = a.Lang.T(id)
	}
	return a.BadValue("--dkim", arg, hint)
}

// IsSelector reports whether a text can be a DKIM selector: labels of letters, digits and hyphens, joined by dots (RFC
// 6376 section 3.1). Underscores are accepted too, since some services use them.
func IsSelector(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, r := range label {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
				return false
			}
		}
	}
	return true
}

// signer returns the service that a selector belongs to: the chosen service that is known to use it, or the only one
// chosen; "" where that is open.
func signer(cat *catalog.Catalog, a owner.Answers, selector string) string {
	var chosen []string
	for _, id := range a.HostIDs() {
		chosen = append(chosen, id)
		if h, ok := cat.Host(id); ok && slices.Contains(h.DKIM.Selectors, selector) {
			return id
		}
	}
	for _, id := range a.Senders {
		chosen = append(chosen, id)
		if s, ok := cat.Sender(id); ok && slices.Contains(s.DKIM.Selectors, selector) {
			return id
		}
	}
	if len(chosen) == 1 {
		return chosen[0]
	}
	return ""
}

// address reads a mail address in the forms that the wizard's first question takes (full-width letters,
// internationalised domains).
func (a *Answers) address(flag, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	in, problem := input.Recognise(value)
	// It must be one address that can stand in a record as it is: "," and "!" would cut a rua tag (RFC 9990 section 4),
	// ";" any tag.
	if problem != nil || in.Kind != input.Address || !isAtoms(in.Local) || strings.ContainsAny(value, " \t\r\n,;<>!") {
		return "", a.BadValue(flag, value, a.Lang.T("cmd.fault.address"))
	}
	return in.Local + "@" + in.Domain, nil
}

// isAtoms reports whether a local part is an ASCII dot-atom (RFC 5322 section 3.2.3) of at most 64 bytes and without
// "!", which a report address cannot hold.
func isAtoms(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, c := range []byte(atom) {
			if c <= ' ' || c >= 0x7f || strings.IndexByte("!\"(),:;<>@[\\]", c) >= 0 {
				return false
			}
		}
	}
	return len(local) <= 64
}

// sendingAddr parses an address from which mail can be sent to the world: public and unicast. With --private any
// unicast address will do.
func (a *Answers) sendingAddr(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil || ip.Zone() != "" {
		return netip.Addr{}, false
	}
	ip = ip.Unmap()
	if ip.IsUnspecified() || ip.IsMulticast() || ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}, false
	}
	return ip, a.Private || !snapshot.IsPrivate(ip)
}

// hostValue reads the value of a mail host in the forms that the guide takes: a host name, or an address where the
// entry's SPF terms need one.
func (a *Answers) hostValue(h catalog.Host, text string) (string, bool) {
	value := strings.TrimSuffix(strings.ToLower(text), ".")
	if ip, err := netip.ParseAddr(value); err == nil && ip.IsValid() {
		ip, ok := a.sendingAddr(value)
		return ip.String(), ok
	}
	step, _ := wizard.Main().Step(wizard.StepHost)
	last := value[strings.LastIndexByte(value, '.')+1:]
	return value, strings.Trim(last, "0123456789") != "" && !wantsAddr(h) && // no top-level domain is a number: 999.1.2.3
		step.Fits(wizard.Reply{Step: step.ID, Values: []string{h.ID}, Extra: map[string]string{h.ID: value}}) == nil
}

// wantsAddr reports whether a host's SPF terms need an address and not a server name.
func wantsAddr(h catalog.Host) bool {
	terms := strings.Join(h.SPF, " ")
	return strings.Contains(terms, "<ip") && !strings.Contains(terms, "<server>")
}

func (a *Answers) hostHint(h catalog.Host) string {
	if wantsAddr(h) {
		return a.Lang.T("cmd.fault.ip")
	}
	return a.Lang.T("cmd.fault.host-value")
}

func (a *Answers) noEntry(flag, id string) error {
	return a.BadValue(flag, id, a.Lang.T("cmd.fault.no-entry"))
}
