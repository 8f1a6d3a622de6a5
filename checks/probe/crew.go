package probe

// crew reuses goroutines: one that has sent a question keeps its grown stack for the next.
type crew struct{ idle chan func() }

func newCrew() *crew { return &crew{make(chan func())} }

// do runs work concurrently, on an idle goroutine if there is one.
func (c *crew) do(work func()) {
	select {
	case c.idle <- work:
	default:
		go func() {
			work()
			for more := range c.idle {
				more()
			}
		}()
	}
}

// dismiss ends every goroutine once its work is done. do must not be called afterwards.
func (c *crew) dismiss() { close(c.idle) }
