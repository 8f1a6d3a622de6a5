// Package config prints the settings: the value of each, and where it was set.
package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Options holds what config needs.
type Options struct {
	*cli.Program

	Example bool // print a commented example file instead of the settings
}

// Command returns the cobra command of config; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	o := &Options{Program: p}
	c := &cobra.Command{
		Use:               "config",
		Short:             p.About("cmd.config.short"),
		Long:              p.About("cmd.config.long"),
		Example:           p.About("cmd.config.example"),
		Args:              p.UpTo(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return run(o) },
	}
	c.Flags().BoolVar(&o.Example, "example", false, p.About("cmd.flag.config-example"))
	return c
}

// Line is the JSON of "config". Fields may be added, never renamed.
type Line struct {
	Schema   int       `json:"schema"`
	File     string    `json:"file"` // "" where the system has no folder for it
	Exists   bool      `json:"exists"`
	Settings []Setting `json:"settings"`
	Problems []Problem `json:"problems"`
}

// Setting is one setting and where its value comes from.
type Setting struct {
	Key    string          `json:"key"`
	Values []string        `json:"values"` // none where it is not set
	From   settings.Origin `json:"from"`
	Env    string          `json:"env"`            // the variable that wins over the file
	Flag   string          `json:"flag,omitempty"` // the flag that wins over both
	Line   int             `json:"line,omitempty"` // in the file
}

// Problem is a fault of the settings file or of a variable.
type Problem struct {
	Code string `json:"code"`
	Line int    `json:"line,omitempty"`
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

// Run prints the settings. Their problems come last and decide the exit status.
func Run(o *Options) error {
	if o.Example {
		return o.Print(o.Lang.T("config.file"))
	}
	for _, k := range o.Settings.Keys() {
		v := o.Settings.Get(k.Name)
		for _, text := range v.Values {
			o.CheckSetting(k, v, text)
		}
	}
	if o.JSON {
		if err := o.WriteLine(o.line()); err != nil {
			return err
		}
	} else if err := o.Print(o.page()); err != nil {
		return err
	}
	for _, x := range o.Settings.Problems[:max(0, len(o.Settings.Problems)-1)] {
		o.Note("todoku: " + o.SettingProblem(x))
	}
	if n := len(o.Settings.Problems); n > 0 {
		return cli.Usage(o.SettingProblem(o.Settings.Problems[n-1]), o.Lang.T("config.mend"))
	}
	return nil
}

func (o *Options) line() Line {
	out := Line{Schema: 1, File: o.Settings.Path, Exists: o.Settings.Exists, Problems: []Problem{}}
	for _, k := range o.Settings.Keys() {
		v := o.Settings.Get(k.Name)
		s := Setting{Key: k.Name, Values: append([]string{}, v.Values...), From: v.From, Env: k.Env, Line: v.Line}
		if k.Flag != "" {
			s.Flag = "--" + k.Flag
		}
		if s.From == "" {
			s.From = settings.FromDefault
		}
		out.Settings = append(out.Settings, s)
	}
	for _, x := range o.Settings.Problems {
		out.Problems = append(out.Problems, Problem{x.Code, x.Line, x.Name, o.SettingProblem(x)})
	}
	return out
}

func (o *Options) page() string {
	state := "there"
	if !o.Settings.Exists {
		state = "not-there"
	}
	head := fmt.Sprintln(o.Lang.T("config."+state, i18n.Args{"file": cli.Printable(o.Settings.Path)}))
	var rows [][2]string
	for _, k := range o.Settings.Keys() {
		v := o.Settings.Get(k.Name)
		said := cli.Printable(strings.Join(v.Values, ", "))
		if len(v.Values) == 0 {
			said = o.Lang.T("config.default." + k.Name)
		}
		rows = append(rows, [2]string{k.Name, o.Lang.T("config.row", i18n.Args{"value": said, "from": o.from(k, v)})})
	}
	return head + document.Section(o.Lang.T("config.title"), rows) + "\n" + o.Lang.T("config.order") + "\n"
}

// from says where a value was set.
func (o *Options) from(k settings.Key, v settings.Value) string {
	switch v.From {
	case settings.FromFlag:
		return "--" + k.Flag
	case settings.FromEnv:
		return k.Env
	case settings.FromFile:
		return o.Lang.T("config.line", i18n.Args{"line": strconv.Itoa(v.Line)})
	}
	return o.Lang.T("config.unset", i18n.Args{"env": k.Env})
}
