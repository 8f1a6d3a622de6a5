package cli

import (
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/owner"
)

// HostIDs returns the IDs of the mail hosts, for shell completion; none where the catalogue cannot be read.
func (p *Program) HostIDs() []string {
	var ids []string
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Hosts() {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(p.Lang)))
		}
	}
	return ids
}

// SenderIDs returns the IDs of the services that send.
func (p *Program) SenderIDs() []string {
	var ids []string
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Senders() {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(p.Lang)))
		}
	}
	return ids
}

// PanelIDs returns the IDs of the DNS panels.
func (p *Program) PanelIDs() []string {
	var ids []string
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Panels() {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(p.Lang)))
		}
	}
	return ids
}

// hostAnswers completes --mail-host and senderAnswers --sender: an ID, or the word for none.
func (p *Program) hostAnswers() []string {
	return append([]string{owner.Unknown + "\t"}, p.HostIDs()...)
}

func (p *Program) senderAnswers() []string {
	return append([]string{owner.None + "\t"}, p.SenderIDs()...)
}

// StoryNames returns the names of the lab's stories.
func (p *Program) StoryNames() []string {
	all, err := lab.Scenarios()
	if err != nil {
		return nil
	}
	var out []string
	for _, sc := range slices.DeleteFunc(slices.Clone(all), func(sc lab.Scenario) bool { return !sc.Story }) {
		out = append(out, sc.ID+"\t"+sc.Title.In(string(p.Lang)))
	}
	return out
}
