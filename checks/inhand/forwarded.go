package inhand

import (
	"context"
	"slices"
	"strings"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
)

// Forwarded returns what one mail shows of the server that forwarded it; ok is false if the text is not an ordinary
// mail or header. Where the mail leaves open whether it was forwarded, the owner's answers decide. The result contains
// nothing of the mail's text.
func Forwarded(ctx context.Context, text string, story owner.ForwardStory) (owner.Shown, bool) {
	m, err := Paste(ctx, text)
	if err != nil || m.Message == nil || m.Message.Form == message.Nothing || len(m.Message.Hops)+len(m.Message.Claims) == 0 && !m.Message.Envelope.Known {
		return owner.Shown{}, false
	}
	return shown(m.Message, story), true
}

func shown(msg *message.Message, story owner.ForwardStory) owner.Shown {
	out := owner.Shown{Forwarded: owner.Unknown, From: msg.Forward.From, To: msg.Forward.Final, By: msg.Forward.By}
	switch {
	case msg.List.Is: // a list always uses its own envelope sender, so this says nothing about the server's forwards
		return out
	case msg.Forward.Forwarded == message.Yes, passedOn(msg, story):
		out.Forwarded = owner.Yes
	case msg.Forward.Forwarded == message.No:
		out.Forwarded = owner.No
		return out
	default:
		return out
	}
	if out.By == "" {
		out.By = msg.Border.Host
	}
	if out.From == "" {
		out.From = strings.ToLower(story.From)
	}
	out.Envelope = envelope(msg, out)
	out.Seal = seal(msg, out)
	out.Signature = signature(msg)
	return out
}

// passedOn reports whether the owner's answers show that the mail was forwarded: it was written to the forwarding
// address, and arrived at another.
func passedOn(msg *message.Message, story owner.ForwardStory) bool {
	final := strings.ToLower(msg.Forward.Final)
	return story.From != "" && final != "" && !strings.EqualFold(final, story.From) && msg.Forward.Forwarded != message.No &&
		slices.ContainsFunc(msg.To, func(a message.Address) bool { return strings.EqualFold(a.Full, story.From) })
}

// envelope says whose address the envelope sender is; "" if the writer's domain is the forwarding server's own, since
// both look the same then.
func envelope(msg *message.Message, s owner.Shown) string {
	if msg.Forward.SRS {
		return owner.Rewritten
	}
	if !msg.Envelope.Known || msg.Envelope.Null || msg.Envelope.Domain == "" {
		return ""
	}
	at, forwards := input.Registrable(msg.Envelope.Domain), forwarders(s)
	writer := false
	for _, a := range msg.From {
		writer = writer || input.Registrable(a.Domain) == at
	}
	switch mine := slices.Contains(forwards, at); {
	case mine && writer, len(forwards) == 0 && !writer:
		return ""
	case mine:
		return owner.Rewritten
	}
	return owner.Kept // the writer's, or that of the service that the writer sends through
}

// forwarders returns the domains of the server that forwarded the mail, and of the forwarding address.
func forwarders(s owner.Shown) (out []string) {
	_, domain, _ := strings.Cut(s.From, "@")
	for _, d := range []string{s.By, domain} {
		if d = strings.ToLower(d); strings.Contains(d, ".") {
			out = append(out, input.Registrable(d))
		}
	}
	return out
}

// seal says whether the forwarding server added an ARC seal. Receivers add one too, and so do some sending servers.
func seal(msg *message.Message, s owner.Shown) string {
	if len(msg.Chain) == 0 {
		return owner.No
	}
	_, to, _ := strings.Cut(s.To, "@")
	last := []string{input.Registrable(strings.ToLower(to)), input.Registrable(strings.ToLower(msg.Border.By))}
	open := false
	for _, i := range msg.Chain {
		by := input.Registrable(strings.ToLower(i.Domain))
		if slices.Contains(forwarders(s), by) {
			return owner.Yes
		}
		open = open || by != "" && !slices.Contains(last, by)
	}
	if open || msg.Border.By == "" {
		return ""
	}
	return owner.No
}

// signature returns the last receiver's result for the signature of the writer's own domain.
func signature(msg *message.Message) string {
	if len(msg.From) == 0 {
		return ""
	}
	writer, out := input.Registrable(msg.From[0].Domain), ""
	signed := 0
	for _, d := range msg.Verify(context.Background(), nil).DKIM {
		if input.Registrable(strings.ToLower(d.Domain)) != writer {
			continue
		}
		switch signed++; d.Claimed {
		case "pass":
			return "pass"
		case "":
		default:
			out = "fail"
		}
	}
	if signed == 0 && len(msg.Hops) > 0 {
		return owner.None
	}
	return out
}
