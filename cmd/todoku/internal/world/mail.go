package world

import (
	"context"
	"time"

	"example.org/todoku/checks/message"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// perMail bounds all look-ups for one mail.
const perMail = 60 * time.Second

// Verify checks what a mail claims (SPF, DKIM, DMARC) as a receiver does. It asks DNS for what the snapshot does not
// hold; what could not be asked is not known. blind reports that questions were asked and none was answered.
func (w *World) Verify(ctx context.Context, s *snapshot.Snapshot, m *message.Message) (rep message.Report, blind bool) {
	before := len(s.Answers)
	within, end := context.WithTimeout(ctx, perMail)
	_ = w.Client.Receive(within, s, func(d spf.Data) []spf.Need { return m.Verify(within, d).Missing })
	end()
	return m.Verify(ctx, reading.SPF(s)), before < len(s.Answers) && BlindnessOf(s) != Sighted
}
