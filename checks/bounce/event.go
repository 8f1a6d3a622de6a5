package bounce

import (
	"encoding/json"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// event is the JSON notification that Amazon SES sends instead of a delivery report, if its user asks for that
// (docs.aws.amazon.com/ses/latest/dg/notification-contents.html, read 2026-11).
type event struct {
	NotificationType, EventType string
	Bounce                      struct {
		BouncedRecipients []struct{ EmailAddress, Action, Status, DiagnosticCode string }
		ReportingMTA      string
	}
	Complaint struct {
		ComplainedRecipients  []struct{ EmailAddress string }
		ComplaintFeedbackType string
	}
	Delivery struct {
		Recipients   []string
		SMTPResponse string
		ReportingMTA string
	}
	Mail struct {
		Source        string
		CommonHeaders struct {
			From, To []string
			Subject  string
		}
	}
}

var eventStart = pattern.New(`\{\s*"(?:notificationType|eventType)"\s*:`)

// readEvent parses such a notification, even if it is wrapped in another JSON string.
func readEvent(text string) (event, bool) {
	text = unpacked(text)
	at := eventStart.FindStringIndex(text)
	if at == nil {
		return event{}, false
	}
	var e event
	err := json.NewDecoder(strings.NewReader(unbroken(text[at[0]:]))).Decode(&e)
	if e.NotificationType == "" {
		e.NotificationType = e.EventType
	}
	return e, err == nil
}

var packedStart = pattern.New(`\{\s*"Type"\s*:\s*"Notification"`)

// unpacked takes the event out of the JSON that Amazon SNS may wrap it in.
func unpacked(text string) string {
	at := packedStart.FindStringIndex(text)
	if at == nil {
		return text
	}
	var outer struct{ Message string }
	if json.NewDecoder(strings.NewReader(unbroken(text[at[0]:]))).Decode(&outer) != nil {
		return text
	}
	return outer.Message
}

// unbroken replaces the line ends that a mail server inserted into overlong lines.
func unbroken(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// report converts the event to a delivery report.
func (e event) report() report {
	r := report{server: first(e.Bounce.ReportingMTA, e.Delivery.ReportingMTA), from: e.Mail.Source}
	for _, b := range e.Bounce.BouncedRecipients {
		if len(r.groups) < maxRecipients {
			r.groups = append(r.groups, group{final: b.EmailAddress, action: first(b.Action, "failed"), status: b.Status, text: b.DiagnosticCode})
		}
	}
	for _, a := range e.Delivery.Recipients {
		if len(r.groups) < maxRecipients {
			r.groups = append(r.groups, group{final: a, action: "delivered", text: e.Delivery.SMTPResponse})
		}
	}
	for i := range r.groups {
		r.groups[i].clean()
	}
	return r
}

// mail returns what the event says of the mail's header.
func (e event) mail() *Mail {
	h := e.Mail.CommonHeaders
	if len(h.From) == 0 {
		return nil
	}
	return mailOf(fields{{"return-path", "<" + e.Mail.Source + ">"}, {"from", h.From[0]}, {"to", strings.Join(h.To, ", ")}, {"subject", h.Subject}})
}
