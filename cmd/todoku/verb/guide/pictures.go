package guide

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"example.org/todoku/checks/owner"
	"example.org/todoku/tui"
	"example.org/todoku/tui/still"
	"example.org/todoku/wizard"
)

// shot is a picture of a screen: the story, its size in cells, and the keys that lead to the screen.
type shot struct {
	name, story string
	w, h        int
	way         func(*still.Stage) error
}

// shots are the eight screens shown to people who do not know the program yet.
var shots = []shot{
	{"1-first", "S1", 80, 24, func(*still.Stage) error { return nil }},
	{"2-diagnosis", "S1", 80, 24, to(wizard.StepDiagnosis)},
	{"3-record", "S1", 110, 28, to(wizard.StepRecords)},
	{"4-key", "S1", 80, 24, to(wizard.StepRecords, "enter")},
	{"5-replace", "S3", 80, 24, to(wizard.StepRecords)},
	{"6-wait", "S1", 80, 24, published(2)},
	{"7-wrong", "S5", 80, 24, spoiled("typo")},
	{"8-everywhere", "S1", 80, 24, published(100)},
}

// to goes to a step and presses keys there.
func to(step wizard.StepID, keys ...string) func(*still.Stage) error {
	return func(s *still.Stage) error {
		err := s.To(step)
		s.Press(keys...)
		return err
	}
}

// published publishes the records with their key, and waits until at most so many changes are seen.
func published(changes int) func(*still.Stage) error {
	return func(s *still.Stage) error {
		if err := s.To(wizard.StepRecords); err != nil {
			return err
		}
		s.Press("right", "tab", "enter")
		if err := s.To(wizard.StepWatch); err != nil {
			return err
		}
		s.Press("p")
		for range changes {
			if !s.Wait() {
				break
			}
		}
		return nil
	}
}

func spoiled(mistake string) func(*still.Stage) error {
	return func(s *still.Stage) error {
		if err := s.To(wizard.StepWatch); err != nil {
			return err
		}
		return s.Spoil(mistake)
	}
}

// Pictures draws eight screens of the lab's stories into a folder, each as dark and as light terminals show it.
func Pictures(ctx context.Context, o *Options, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, x := range shots {
		for _, on := range []tui.Background{tui.Dark, tui.Light} {
			o.Lab = x.story
			w, err := o.World(ctx)
			if err != nil {
				return err
			}
			w.Clock.Speed(0)
			d := o.deps(w, owner.Answers{}, nil)
			d.NoColor, d.ASCII, d.Background, d.Colors = false, false, on, 256
			s := still.Open(d, x.w, x.h)
			if err := x.way(s); err != nil {
				return errors.Join(errors.New(x.name), err)
			}
			file := filepath.Join(folder, x.name+"-"+string(on)+"."+string(o.Lang)+".svg")
			if err := os.WriteFile(file, []byte(still.SVG(s.Screen(), x.w, x.h, on)), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
