package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/apk" // registers itself
	_ "github.com/goreleaser/nfpm/v2/deb" // registers itself
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // registers itself
)

// packages builds the Linux packages. They hold one static program, so they depend on nothing.
func (r *release) packages(t target, program string, extras []extra) error {
	for _, format := range []string{"deb", "rpm", "apk"} {
		if err := r.pack(format, t, program, extras); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return nil
}

func (r *release) pack(format string, t target, program string, extras []extra) error {
	contents := files.Contents{{Source: program, Destination: "/usr/bin/todoku", FileInfo: &files.ContentFileInfo{Mode: 0o755, MTime: r.at}}}
	for _, e := range extras {
		to := e.other
		if format == "deb" {
			to = e.deb
		}
		if to != "" {
			contents = append(contents, &files.Content{Source: e.from, Destination: to, FileInfo: &files.ContentFileInfo{Mode: 0o644, MTime: r.at}})
		}
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: "todoku", Arch: t.arch, Platform: t.os, Version: r.version, Section: "mail", Priority: "optional", License: "MIT", MTime: r.at,
		Maintainer: "The todoku authors <todoku@example.org>", Homepage: "https://example.org/todoku",
		Description:  "Find out why Gmail does not accept your domain's mail, and fix it\nA guide for the terminal, in Japanese and English: SPF, DKIM and DMARC.",
		Overridables: nfpm.Overridables{Contents: contents},
	})
	info, err := prepared(info, format)
	if err != nil {
		return err
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	f, err := os.Create(r.add(fmt.Sprintf("todoku_%s_%s_%s.%s", r.version, t.os, t.arch, format)))
	if err != nil {
		return err
	}
	if err := packager.Package(info, f); err != nil {
		return err
	}
	return f.Close()
}

func prepared(info *nfpm.Info, format string) (*nfpm.Info, error) {
	return info, nfpm.PrepareForPackager(info, format)
}
