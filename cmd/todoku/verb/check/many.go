package check

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// How many domains are looked at at the same time, by default and at most. Each look sends many questions in parallel.
const (
	usualJobs = 24
	mostJobs  = 256
)

// listMemory is the soft memory limit in bytes while a list of domains is checked (debug.SetMemoryLimit).
const listMemory = 88 << 20

// knownJobs refuses a --jobs that is out of range, and sets the default.
func (o *Options) knownJobs() error {
	if o.Jobs < 0 || o.Jobs > mostJobs {
		return o.BadValue("--jobs", strconv.Itoa(o.Jobs), o.Lang.T("cmd.fault.jobs", i18n.Args{"most": mostJobs}))
	}
	if o.Jobs == 0 {
		o.Jobs = usualJobs
	}
	return nil
}

// rows returns for how many domains a row is kept until the end: none for JSON, which prints each domain on its own
// line, so that memory does not grow with the list.
func (o *Options) rows(domains int) int {
	if o.Form == cli.FormJSON {
		return 0
	}
	return domains
}

// progress is the line on a terminal that shows how many domains are done; nil where standard error is not a terminal.
type progress struct {
	out         io.Writer
	text        func(done int) string
	done, total int
	last        time.Time
	shown       bool
}

// progressEvery is the shortest time between two updates of the progress line.
const progressEvery = 100 * time.Millisecond

func (o *Options) progress(total int) *progress {
	if _, tty := cli.Terminal(o.Err); !tty || o.Plain || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{out: o.Err, total: total, text: func(done int) string {
		return o.Lang.T("cmd.check.progress", i18n.Args{"done": done, "total": total})
	}}
}

// hide clears the progress line, so that other text can be printed there.
func (p *progress) hide() {
	if p != nil && p.shown {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// step counts one domain as done and redraws the line.
func (p *progress) step() {
	if p == nil {
		return
	}
	if p.done++; p.done == p.total || p.done > 1 && time.Since(p.last) < progressEvery {
		return
	}
	p.last, p.shown = time.Now(), true
	_, _ = fmt.Fprint(p.out, "\r"+p.text(p.done)+"\x1b[K")
}
