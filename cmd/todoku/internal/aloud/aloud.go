// Package aloud finds a tag=value record (DKIM key, DMARC policy) in DNS and prints what each tag means, for the
// commands that explain such a record.
package aloud

import (
	"context"
	"strconv"
	"strings"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// IsRecord reports whether an argument is the text of a record rather than a domain.
func IsRecord(arg string) bool { return strings.ContainsAny(arg, "=;") }

// Domain returns the domain that was given, or in the lab the story's. Without either it returns a usage fault that
// points to command's help.
func Domain(p *cli.Program, w *world.World, given []string, command string) (string, error) {
	if len(given) == 1 {
		in, err := p.DomainTold(given[0])
		return in.Domain, err
	}
	if domain := w.StoryDomain(); domain != "" {
		return domain, nil
	}
	return "", cli.Usage(p.Lang.T("cmd.fault.no-domain"), p.SeeHelp(command))
}

// Find asks for the TXT records at each name in turn and stops at the first name with a text that is accepts. It
// returns that name and the record. Where there is none, there are several or the look-up failed, it prints this
// and returns an error that carries the exit status.
func Find(ctx context.Context, p *cli.Program, w *world.World, names []string, is func(string) bool) (name, record string, err error) {
	for _, name = range names {
		a := w.Client.Ask(ctx, snapshot.Question{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Resolver}})
		if ctx.Err() != nil {
			return name, "", p.Interrupted()
		}
		if a.Status == snapshot.Failed {
			return name, "", told(p, cli.StatusUnknown, p.Lang.T("tags.page.failed", map[string]any{"name": name}))
		}
		var found []string
		for _, r := range a.Records {
			if is(r.Data) {
				found = append(found, r.Data)
			}
		}
		switch {
		case len(found) == 1:
			return name, found[0], nil
		case len(found) > 1:
			return name, "", told(p, cli.StatusFix, p.Lang.T("tags.page.several", map[string]any{"name": name, "number": strconv.Itoa(len(found))}))
		}
	}
	return names[0], "", told(p, cli.StatusFix, p.Lang.T("tags.page.none", map[string]any{"name": names[0]}))
}

// told prints a sentence in place of an explained record and returns an error that carries the exit status.
func told(p *cli.Program, status cli.Status, text string) error {
	if p.JSON {
		if err := p.WriteLine(document.TagReading{Schema: 1, Tags: []document.Tag{}, Unwritten: []document.Tag{}, Problems: []string{text}}); err != nil {
			return err
		}
	} else if err := p.Print(text + "\n"); err != nil {
		return err
	}
	return cli.Exit(status)
}

// Tell prints what a record says. It returns an error that carries the exit status where the record has mistakes.
func Tell(p *cli.Program, name, record string, t words.Tags) error {
	var err error
	if p.JSON {
		err = p.WriteLine(document.ReadTags(name, record, t))
	} else {
		err = p.Print(document.TagPage(words.P{Lang: p.Lang}, name, record, t, p.Layout()))
	}
	if err != nil {
		return err
	}
	if len(t.Problems) > 0 {
		return cli.Exit(cli.StatusFix)
	}
	return nil
}
