package inhand

import (
	"context"
	"slices"
	"strings"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
)

// Forwarded reads what one mail shows of the server that passed it on; ok is false where the text is no ordinary mail or
// header. What the owner says of the forward tells a forwarded mail from one that came straight, where the mail itself
// leaves it open. Nothing of the mail's text is in the result.
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
	case msg.List.Is: // a list sends its posts with an address of its own, whatever its server does on forwarding
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

// passedOn reports whether the owner's word settles it: the mail was written to the address that forwards, and arrived at
// another.
func passedOn(msg *message.Message, story owner.ForwardStory) bool {
	final := strings.ToLower(msg.Forward.Final)
	return story.From != "" && final != "" && !strings.EqualFold(final, story.From) && msg.Forward.Forwarded != message.No &&
		slices.ContainsFunc(msg.To, func(a message.Address) bool { return strings.EqualFold(a.Full, story.From) })
}

// envelope tells whose address the envelope sender is. Where the writer's domain is the forwarding server's own, both
// look the same, and nothing is said.
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
	return owner.Kept // the writer's, or that of the service by which the writer sends
}

// forwarders are the domains of the server that passed the mail on, and of the address that did.
func forwarders(s owner.Shown) (out []string) {
	_, domain, _ := strings.Cut(s.From, "@")
	for _, d := range []string{s.By, domain} {
		if d = strings.ToLower(d); strings.Contains(d, ".") {
			out = append(out, input.Registrable(d))
		}
	}
	return out
}

// seal tells whether the server that passed the mail on added an ARC seal: receivers add one too, and so do some servers
// from which mail leaves.
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

// signature is what the last receiver says of the signature of the writer's own domain.
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
