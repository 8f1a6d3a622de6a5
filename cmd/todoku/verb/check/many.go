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

// How many domains are looked at together: where nothing else is said, and at most. Each asks many questions in parallel by
// itself; docs/speed.md has what was measured.
const (
	usualJobs = 16
	mostJobs  = 256
)

// listMemory is from how much memory on unused values are looked for often while a list is gone through.
const listMemory = 88 << 20

// knownJobs refuses a --jobs that cannot be.
func (o *Options) knownJobs() error {
	if o.Jobs < 0 || o.Jobs > mostJobs {
		return o.BadValue("--jobs", strconv.Itoa(o.Jobs), o.Lang.T("cmd.fault.jobs", i18n.Args{"most": mostJobs}))
	}
	if o.Jobs == 0 {
		o.Jobs = usualJobs
	}
	return nil
}

// rows is of how many domains something is kept until the end: of none where each has its line, so that a list of any
// length takes no more memory than a short one.
func (o *Options) rows(domains int) int {
	if o.Form == cli.FormJSON {
		return 0
	}
	return domains
}

// progress is the line that tells a waiting reader how far a list is; nil where nobody reads along.
type progress struct {
	out         io.Writer
	text        func(done int) string
	done, total int
	last        time.Time
	shown       bool
}

// often is how soon the line may change again.
const often = 100 * time.Millisecond

func (o *Options) progress(total int) *progress {
	if _, tty := cli.Terminal(o.Err); !tty || o.Plain || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{out: o.Err, total: total, text: func(done int) string {
		return o.Lang.T("cmd.check.progress", i18n.Args{"done": done, "total": total})
	}}
}

// hide takes the line away, so that something else can be written there.
func (p *progress) hide() {
	if p != nil && p.shown {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// step counts a domain and shows the line again.
func (p *progress) step() {
	if p == nil {
		return
	}
	if p.done++; p.done == p.total || p.done > 1 && time.Since(p.last) < often {
		return
	}
	p.last, p.shown = time.Now(), true
	_, _ = fmt.Fprint(p.out, "\r"+p.text(p.done)+"\x1b[K")
}
