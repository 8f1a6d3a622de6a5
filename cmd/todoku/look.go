package main

import (
	"context"
	"net/netip"
	"sync"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
)

// look puts questions to their places, in parallel. A resolver behind which several caches stand is asked as often as
// shows them, each answer a look of its own.
func (w *world) look(ctx context.Context, asks []propagation.Ask, places []propagation.Place) []propagation.Look {
	at := make(map[string]propagation.Place, len(places))
	for _, p := range places {
		at[p.ID] = p
	}
	var (
		group sync.WaitGroup
		slots = make(chan struct{}, 16)
		looks = make([][]propagation.Look, len(asks))
	)
	for i, ask := range asks {
		place, ok := at[ask.Place]
		addr, err := netip.ParseAddrPort(place.Addr)
		if !ok || err != nil {
			continue
		}
		looks[i] = make([]propagation.Look, max(1, place.Caches))
		for n := range looks[i] {
			group.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				q := snapshot.Question{Key: snapshot.Key{Name: ask.Name, Type: ask.Type, Via: snapshot.Server, At: place.ID}}
				answer := w.client.AskAt(ctx, q, addr, place.Authority)
				looks[i][n] = propagation.Look{At: w.now(), Place: place.ID, Answer: answer}
			})
		}
	}
	group.Wait()
	var out []propagation.Look
	for _, l := range looks {
		out = append(out, l...)
	}
	return out
}
