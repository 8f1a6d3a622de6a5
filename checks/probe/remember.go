package probe

import (
	"context"
	"todoku/checks/snapshot"
)

func (r *run) remember(ctx context.Context, end *snapshot.Snapshot) {}
