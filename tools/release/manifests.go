package main

import (
	"embed"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed manifests/*.tmpl
var manifestFiles embed.FS

// manifests writes the files with which Homebrew, Scoop and winget install this version. They are submitted by hand, or
// by whoever hosts the releases.
func (r *release) manifests(sums map[string]string) error {
	all, err := template.New("").Delims("<<", ">>").ParseFS(manifestFiles, "manifests/*.tmpl")
	if err != nil {
		return err
	}
	values := map[string]any{"Version": r.version, "URL": r.base + "/v" + r.version, "Date": r.at.Format("2006-01-02"), "Sum": map[string]string{}}
	short := map[string]string{}
	for name, sum := range sums {
		for _, t := range targets {
			if strings.HasPrefix(name, "todoku_"+r.version+"_"+t.os+"_"+t.arch+".") && (strings.HasSuffix(name, ".zip") || strings.HasSuffix(name, ".tar.gz")) {
				short[t.os+"_"+t.arch] = sum
			}
		}
	}
	values["Sum"] = short
	for from, to := range map[string]string{
		"todoku.rb.tmpl": "homebrew/todoku.rb", "todoku.json.tmpl": "scoop/todoku.json",
		"version.yaml.tmpl": "winget/todoku.todoku.yaml", "installer.yaml.tmpl": "winget/todoku.todoku.installer.yaml",
		"en.yaml.tmpl": "winget/todoku.todoku.locale.en-US.yaml", "ja.yaml.tmpl": "winget/todoku.todoku.locale.ja-JP.yaml",
	} {
		path := r.add(filepath.Join("manifests", to))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		if err := all.ExecuteTemplate(f, from, values); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}
