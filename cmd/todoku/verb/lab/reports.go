package lab

import (
	"os"
	"path/filepath"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/i18n"
)

// reports writes the DMARC reports of a story, one folder for each of its phases, and says how to read them. Existing
// files are never overwritten.
func (o *Options) reports() error {
	story, err := lab.Find(o.Lab)
	if err != nil {
		return cli.Usage(o.Lang.T("cmd.fault.no-story", i18n.Args{"name": cli.Printable(o.Lab)}), o.Lang.T("cmd.fault.see-lab"))
	}
	if len(story.Phases) == 0 {
		return cli.Usage(o.Lang.T("cmd.lab.no-reports", i18n.Args{"name": story.ID}), "")
	}
	for _, p := range story.Phases {
		files, err := story.Reports(p, time.Now())
		if err != nil {
			return err
		}
		folder := filepath.Join(o.Reports, p.Name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return o.unwritten(folder, err)
		}
		for _, f := range files {
			if err := local.WriteNew(filepath.Join(folder, f.Name), f.Data); err != nil {
				return o.unwritten(filepath.Join(folder, f.Name), err)
			}
		}
		if err := o.Print(o.Lang.T("cmd.lab.reports-"+p.Name, i18n.Args{"folder": cli.Printable(folder), "files": len(files), "story": story.ID,
			"domain": story.Answers.Domain}) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// unwritten returns the fault of a file that could not be written.
func (o *Options) unwritten(path string, err error) error {
	return cli.Usage(o.Lang.T("cmd.fault.write", i18n.Args{"file": cli.Printable(path), "error": o.Reason(err)}), "")
}
