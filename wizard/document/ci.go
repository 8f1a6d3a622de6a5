package document

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
)

// A Suite holds a domain's findings as test results, for systems that run checks on every change.
type Suite struct {
	Name  string // the domain
	When  time.Time
	Took  time.Duration
	Cases []Case
	Error string // why the domain could not be looked at; "" where it was
	File  string // the list that names the domain, and the line in it; "" for none
	Line  int
}

// A Case is the result of one check.
type Case struct {
	Code     string
	Severity checks.Severity
	Name     string // the DNS name that was checked
	What     string
	Detail   []string // why, what to do, what was seen
	Under    string   // the code of the finding that causes this one; "" for none
}

// SuiteOf returns the findings of a domain as a Suite.
func SuiteOf(in Input) Suite {
	out := Suite{Name: in.domain(), When: in.Now, Took: in.Elapsed}
	p := in.words()
	for _, f := range in.Findings {
		w := p.Finding(f)
		c := Case{Code: string(f.Code), Severity: f.Severity, Name: f.Name, What: w.What, Under: string(f.Under)}
		for _, text := range append([]string{w.Why, w.Fix}, w.Evidence...) {
			if text != "" {
				c.Detail = append(c.Detail, text)
			}
		}
		out.Cases = append(out.Cases, c)
	}
	return out
}

// guardSeverities maps the states of a guarded domain to severities.
var guardSeverities = map[GuardState]checks.Severity{GuardSame: checks.Fine, GuardKept: checks.Fine, GuardChanged: checks.Advice,
	GuardBroken: checks.Harms, GuardRefused: checks.Harms}

// GuardSuite returns a comparison with the last good state as a Suite: one case for the state, with what changed, and
// one for each new fault.
func GuardSuite(g Guarded) Suite {
	out := Suite{Name: g.Domain, When: g.Taken}
	state := g.Lang.T("guard.state."+string(g.State), i18n.Args{"domain": printable(g.Domain), "since": since(g), "count": len(g.Drift.Changes)})
	if g.State == GuardUnknown {
		out.Error = strings.TrimSpace(state + " " + g.Reason)
		return out
	}
	p := g.words()
	whole := Case{Code: "guard-" + string(g.State), Severity: guardSeverities[g.State], What: state}
	for _, c := range g.Drift.Changes {
		whole.Detail = append(whole.Detail, p.Changed(c))
	}
	for _, l := range g.Drift.Losses {
		whole.Detail = append(whole.Detail, p.Lost(l))
	}
	whole.Detail = append(whole.Detail, p.Fallen(g.Drift.Fallen)...)
	for _, c := range g.Drift.Clues {
		whole.Detail = append(whole.Detail, p.Culprit(c))
	}
	out.Cases = append(out.Cases, whole)
	for _, f := range g.faults() {
		w := p.Finding(f)
		out.Cases = append(out.Cases, Case{Code: string(f.Code), Severity: f.Severity, Name: f.Name, What: w.What, Detail: []string{w.Why, w.Fix}})
	}
	return out
}

// gitHubLevels maps severities to annotation levels: what makes the exit status 1 is an error. Symptoms are printed
// under their cause, and findings that are fine are not printed.
var gitHubLevels = map[checks.Severity]string{checks.Blocks: "error", checks.Harms: "error", checks.Unknown: "warning", checks.Advice: "notice"}

// Annotations returns a suite as workflow commands of GitHub Actions, one a line (docs.github.com, "Workflow commands
// for GitHub Actions").
func Annotations(s Suite) string {
	var b strings.Builder
	if s.Error != "" {
		b.WriteString(annotation("error", s, s.Name, s.Error))
	}
	for _, c := range s.Cases {
		if level := gitHubLevels[c.Severity]; level != "" && c.Under == "" {
			b.WriteString(annotation(level, s, s.Name+": "+c.Code, strings.Join(append([]string{c.What}, c.Detail...), "\n")))
		}
	}
	return b.String()
}

// Escapes of workflow commands (github.com/actions/toolkit, packages/core/src/command.ts).
var (
	gitHubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func annotation(level string, s Suite, title, text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	place := ""
	if s.File != "" {
		place = "file=" + gitHubProperty.Replace(printable(s.File)) + ",line=" + strconv.Itoa(s.Line) + ","
	}
	return "::" + level + " " + place + "title=" + gitHubProperty.Replace(printable(title)) + "::" + gitHubData.Replace(strings.Join(lines, "\n")) + "\n"
}

// The elements of JUnit's XML, as Jenkins and most others read them (github.com/jenkinsci/xunit-plugin, junit-10.xsd).
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		When     string      `xml:"timestamp,attr,omitempty"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		Time    string      `xml:"time,attr"`
		Skipped *junitSkip  `xml:"skipped"`
		Failure *junitFault `xml:"failure"`
		Error   *junitFault `xml:"error"`
		Out     string      `xml:"system-out,omitempty"`
	}
	junitSkip struct {
		Message string `xml:"message,attr"`
	}
	junitFault struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit returns suites as JUnit XML. What makes the exit status 1 is a failure, and what could not be checked is an
// error. A symptom is skipped, since its cause has failed; advice and findings that are fine have passed.
func JUnit(list []Suite) ([]byte, error) {
	out := junitSuites{Name: "todoku"}
	for _, s := range list {
		x := junitSuite{Name: printable(s.Name), Time: seconds(s.Took)}
		if !s.When.IsZero() {
			x.When = s.When.UTC().Format("2006-01-02T15:04:05")
		}
		if s.Error != "" {
			x.Cases = append(x.Cases, junitCase{Name: "look", Class: x.Name, Time: seconds(0), Error: &junitFault{Message: printable(s.Error), Type: string(checks.Unknown)}})
		}
		taken := map[string]int{}
		for _, c := range s.Cases {
			x.Cases = append(x.Cases, junitOf(x.Name, c, taken))
		}
		for _, c := range x.Cases {
			x.Tests++
			switch {
			case c.Failure != nil:
				x.Failures++
			case c.Error != nil:
				x.Errors++
			case c.Skipped != nil:
				x.Skipped++
			}
		}
		out.Suites = append(out.Suites, x)
		out.Tests, out.Failures, out.Errors = out.Tests+x.Tests, out.Failures+x.Failures, out.Errors+x.Errors
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	b.WriteString("\n")
	return b.Bytes(), nil
}

// junitOf returns one test case; taken counts names, so that each name is unique.
func junitOf(class string, c Case, taken map[string]int) junitCase {
	name := printable(strings.TrimSpace(c.Code + " " + c.Name))
	if taken[name]++; taken[name] > 1 {
		name += " (" + strconv.Itoa(taken[name]) + ")"
	}
	out := junitCase{Name: name, Class: class, Time: seconds(0)}
	var lines []string
	for _, l := range c.Detail {
		lines = append(lines, printable(l))
	}
	fault := &junitFault{Message: printable(c.What), Type: string(c.Severity), Text: strings.Join(lines, "\n")}
	switch {
	case c.Under != "":
		out.Skipped = &junitSkip{Message: fault.Message + " (" + c.Under + ")"}
	case c.Severity == checks.Blocks || c.Severity == checks.Harms:
		out.Failure = fault
	case c.Severity == checks.Unknown:
		out.Error = fault
	default:
		out.Out = strings.Join(append([]string{fault.Message}, lines...), "\n")
	}
	return out
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
