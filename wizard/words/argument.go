package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// argument words an argument of a finding by its kind, and makes foreign text printable.
func (p P) argument(value any) any {
	switch v := value.(type) {
	case checks.Name:
		return snapshot.Printable(input.Readable(string(v)))
	case checks.Service:
		return snapshot.Printable(p.service(string(v)))
	case checks.Services:
		if len(v) == 0 {
			return p.t("words.nobody")
		}
		var out []string
		for _, id := range v {
			out = append(out, p.service(id))
		}
		return p.list(out...)
	case checks.Where:
		return p.where(string(v))
	case checks.Menu:
		return p.menu(string(v))
	case checks.Need:
		return p.need(string(v))
	case checks.Cause:
		return p.t("bounce.cause." + string(v) + ".name")
	case checks.Meaning:
		return p.t(string(v))
	case checks.Job:
		return p.t(string(v))
	case checks.NextStep:
		return p.t(string(v))
	case checks.Receiver:
		return p.t("explain.receiver." + string(v))
	case checks.Panel:
		return p.panelName(string(v))
	case checks.Switch:
		return p.proxySwitch(string(v))
	case checks.Reason:
		return p.reason(snapshot.Reason(v))
	case checks.KeyFault:
		return p.t("dkim.problem." + string(v))
	case checks.PolicyTag:
		return p.t("dmarc.problem." + string(v))
	case checks.Seconds:
		return p.Duration(time.Duration(v) * time.Second)
	case checks.Day:
		return time.Time(v).Format(time.DateOnly)
	case checks.Count:
		return int(v)
	case checks.Number:
		return strconv.Itoa(int(v))
	case checks.Places:
		var out []string
		for _, id := range v {
			out = append(out, p.place(id))
		}
		return p.list(out...)
	case checks.Moment:
		return p.When(time.Time(v), p.Now)
	case checks.Names:
		return p.list(v...)
	case checks.Kinds:
		return p.list(plain(v)...)
	case checks.Versions:
		var out []string
		for _, x := range v {
			out = append(out, fmt.Sprintf("%s (%d)", x.Host, x.Serial))
		}
		return p.list(out...)
	case checks.Texts:
		return snapshot.Printable(strings.Join(v, " "))
	case checks.Pieces:
		return snapshot.Printable(strings.Join(v, "; "))
	}
	return snapshot.Printable(fmt.Sprint(value)) // all other kinds are text
}

func plain[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// list joins items as the language does.
func (p P) list(items ...string) string {
	var out []string
	for _, s := range items {
		out = append(out, snapshot.Printable(s))
	}
	return strings.Join(out, p.t("words.list"))
}

// place returns the name of a watched resolver.
func (p P) place(id string) string {
	if id == facts.OwnResolver {
		return p.Lang.T("words.place.system")
	}
	for _, r := range p.Catalog.Resolvers {
		if r.ID == id {
			return p.in(r.Name)
		}
	}
	return id
}

// menu says where a service's console shows its DKIM key.
func (p P) menu(id string) string {
	if h, ok := p.Catalog.Host(id); ok {
		return p.in(h.DKIM.Menu)
	}
	s, _ := p.Catalog.Sender(id)
	return p.in(s.DKIM.Menu)
}

// where says where a host's console shows the name or address of the owner's server.
func (p P) where(id string) string {
	if h, ok := p.Catalog.Host(id); ok && h.Server != nil {
		return p.in(h.Server.Where)
	}
	return ""
}

// need says what a service needs in an SPF record, as far as known.
func (p P) need(id string) string {
	if s, ok := p.Catalog.Sender(id); ok && s.SPFWhy.Given() {
		return p.in(s.SPFWhy)
	}
	return p.t("words.need")
}

// proxySwitch says what turns a DNS panel's web proxy off for one record.
func (p P) proxySwitch(id string) string {
	panel, _ := p.Catalog.Panel(id)
	return p.in(panel.Off)
}

// panelName returns the name of a DNS panel.
func (p P) panelName(id string) string {
	if panel, ok := p.Catalog.Panel(id); ok {
		return p.in(panel.Name)
	}
	return snapshot.Printable(id)
}
