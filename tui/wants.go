package tui

import (
	"todoku/checks/plan"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
)

func wantsOf(p plan.Plan, s *snapshot.Snapshot) []propagation.Want {
	var out []propagation.Want
	for _, e := range p.Edits() {
		v := ""
		if len(e.Add) > 0 {
			v = e.Add[0]
		}
		out = append(out, propagation.Want{Name: e.Name, Type: e.Type, Value: v, Gone: e.Remove, Old: s.Get(e.Name, e.Type)})
	}
	return out
}
