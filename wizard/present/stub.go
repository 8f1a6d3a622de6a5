package present

import (
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/plan"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/wizard"
)

// Finding words a finding.
func (p P) Finding(f checks.Finding) Finding { panic("stub") }

// Evidence words one answer: who said what, and when.
func (p P) Evidence(a snapshot.Answer) string { panic("stub") }

// Options lists what a step offers, the entries that DNS suggests first, then the common ones, then all the rest.
func (p P) Options(s wizard.Step, a wizard.Answers, seen catalog.Detected) []Option { panic("stub") }

// Filter keeps the options that fit what was typed.
func Filter(list []Option, typed string) []Option { panic("stub") }

// Change words a change for the panel of that ID ("" or unknown: the neutral form). zone is the zone's apex.
func (p P) Change(c plan.Change, panel, zone string, a wizard.Answers) Change { panic("stub") }

// Sight words a place's state.
func (p P) Sight(s propagation.Sight, place propagation.Place, now time.Time) Sight { panic("stub") }

// Verdict words the whole wait in one sentence.
func (p P) Verdict(v propagation.Verdict, now time.Time) string { panic("stub") }

// Duration words a time span ("18 分 42 秒"), and Clock a time of day.
func (p P) Duration(d time.Duration) string { panic("stub") }

// Clock words a time of day.
func (p P) Clock(t time.Time) string { panic("stub") }
