package tui

import (
	"errors"
	"io/fs"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
)

// keeping says in a sentence whether the run can be resumed later; "" where runs are not kept.
func (s watch) keeping(f Frame) string {
	w := s.c.Wait()
	switch err := w.KeepErr(); {
	case errors.Is(err, fs.ErrNotExist):
		return f.T("watch.forgotten")
	case err != nil:
		return f.T("watch.unkept", i18n.Args{"error": snapshot.Printable(err.Error())})
	case w.ID() == "" || w.Published():
		return ""
	}
	return f.T("watch.kept")
}

// settleWait bounds how long the program waits for the disk before it ends. A busy disk may take seconds.
const settleWait = 10 * time.Second

// settle waits for writes in progress and makes those that they were holding up, so that nothing is lost by leaving.
func (c *Case) settle() {
	late := time.After(settleWait)
	for len(c.kept) > 0 {
		done := make(chan struct{})
		go func() { c.keeping.Wait(); close(done) }()
		select {
		case <-done:
		case <-late:
			return
		}
		boxes := c.kept
		c.kept = nil
		for _, box := range boxes {
			events, _ := box.Take()
			for _, e := range events {
				for _, next := range e(c.Session) {
					if k, ok := next.(session.Keep); ok {
						c.perform(c.ctx, k)
					}
				}
			}
		}
	}
}

// offer returns a kept run's line in the first box's list.
func (c *Case) offer(k session.Offer) string {
	now := c.d.Now()
	text := c.lang.T("words.run." + k.Verdict.Result)
	if k.Verdict.Result == propagation.ResultWaiting && k.Verdict.Done.After(now) {
		text = c.lang.T("words.run.left", i18n.Args{"left": c.p().Duration(k.Verdict.Done.Sub(now))})
	}
	return cut(snapshot.Printable(k.Name), 40, "") + "   " + text
}
