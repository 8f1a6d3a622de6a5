package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"example.org/todoku/i18n"
)

// FileName returns the name of an input file as it is shown: "-" is standard input.
func (p *Program) FileName(name string) string {
	if name == "-" {
		return p.Lang.T("cmd.fault.stdin")
	}
	return Printable(name)
}

// ReadInput reads a file, or standard input for "-", up to a limit in bytes.
func (p *Program) ReadInput(name string, limit int64) (string, error) {
	src, err := p.OpenInput(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = src.Close() }()
	// One byte more than the limit shows that there was more.
	text, err := io.ReadAll(io.LimitReader(src, limit+1))
	switch {
	case err != nil:
		return "", p.unread(name, err)
	case int64(len(text)) > limit:
		return "", Usage(p.Lang.T("cmd.fault.too-big", i18n.Args{"file": p.FileName(name), "limit": limit >> 10}), "")
	}
	return string(text), nil
}

// OpenInput opens a file, or standard input for "-".
func (p *Program) OpenInput(name string) (io.ReadCloser, error) {
	f, err := p.Source(name)
	if err != nil {
		return nil, p.unread(name, err)
	}
	return f, nil
}

// Source is OpenInput with the error of the system. Where an input may keep the program waiting (a terminal, a pipe),
// an interrupt ends the waiting: opening and reading then fail with context.Canceled.
func (p *Program) Source(name string) (io.ReadCloser, error) {
	if name == "-" {
		if _, tty := Terminal(p.In); tty {
			p.Note(p.Lang.T("cmd.fault.paste"))
		}
		return p.patient(io.NopCloser(p.In)), nil
	}
	if info, err := os.Stat(name); err != nil || info.Mode().IsRegular() || info.IsDir() {
		return os.Open(name)
	}
	// Opening a named pipe waits for whoever writes into it.
	type opened struct {
		f   *os.File
		err error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		done <- opened{f, err}
	}()
	select {
	case x := <-done:
		if x.err != nil {
			return nil, x.err
		}
		return p.patient(x.f), nil
	case <-p.Ended:
		return nil, context.Canceled
	}
}

// patient returns a stream that gives what src gives, and fails once the run was interrupted.
func (p *Program) patient(src io.ReadCloser) io.ReadCloser {
	if p.Ended == nil {
		return src
	}
	out, in := io.Pipe()
	read := make(chan struct{})
	go func() {
		_, err := io.Copy(in, src)
		_ = in.CloseWithError(err)
		_ = src.Close()
		close(read)
	}()
	go func() {
		select {
		case <-p.Ended:
			_ = in.CloseWithError(context.Canceled)
		case <-read:
		}
	}()
	return out
}

func (p *Program) unread(name string, err error) error {
	if errors.Is(err, context.Canceled) {
		return p.Interrupted()
	}
	return Usage(p.Lang.T("cmd.fault.open", i18n.Args{"file": p.FileName(name), "error": p.Reason(err)}), "")
}
