package cli

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
)

// CheckSetting records a problem where a setting's value cannot be used.
func (p *Program) CheckSetting(k settings.Key, v settings.Value, text string) {
	var ok bool
	switch k.Name {
	case settings.Resolver:
		ok = isEndpoint(text)
	case settings.Panel:
		cat, err := catalog.Load()
		if err != nil {
			return
		}
		_, ok = cat.Panel(text)
		ok = ok || text == owner.Unknown
	case settings.ReportTo:
		_, err := (&Answers{Program: p}).address("", text)
		ok = err == nil
	default:
		return
	}
	if ok {
		return
	}
	name := k.Name
	if v.From == settings.FromEnv {
		name = k.Env
	}
	p.Settings.Bad(settings.Problem{Code: "value", Line: v.Line, Name: name, Text: text, Want: p.Lang.T("config.want." + k.Name)})
}

// isEndpoint reports whether a text is HOST[:PORT]. No name is resolved.
func isEndpoint(text string) bool {
	if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return true
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, "53"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return false
	}
	_, err = netip.ParseAddr(host)
	return err == nil || IsSelector(strings.ToLower(strings.TrimSuffix(host, ".")))
}

// SettingProblem words what is wrong with the settings, and where.
func (p *Program) SettingProblem(x settings.Problem) string {
	at := ""
	switch {
	case x.Line > 0:
		at = p.Lang.T("config.at", i18n.Args{"file": Printable(p.Settings.Path), "line": strconv.Itoa(x.Line)})
	case x.Code == "file":
		at = Printable(p.Settings.Path)
	}
	var lines []string
	for line := range strings.Lines(x.Text) {
		lines = append(lines, Printable(strings.TrimRight(line, "\r\n")))
	}
	if x.Err != nil {
		lines = []string{p.Reason(x.Err)}
	}
	text := p.Lang.T("config.problem."+x.Code, i18n.Args{"name": Printable(x.Name), "text": strings.Join(lines, "\n"), "near": x.Near, "want": x.Want})
	if at == "" {
		return text
	}
	return at + ": " + text
}
