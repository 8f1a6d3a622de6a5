package inhand_test

import (
	"context"
	"strings"
	"testing"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/owner"
)

// forwardedMail is a mail from hibari.example to info@tsubame.example, as Gmail shows it after the forward.
func forwardedMail(envelope string, more ...string) string {
	return strings.Join(append(append([]string{"Delivered-To: tsubame.shop@gmail.com",
		"Return-Path: <" + envelope + ">",
		"Received: from www1.host.example (www1.host.example. [198.51.100.7]) by mx.google.com with ESMTPS id x for <tsubame.shop@gmail.com>; Tue, 3 Nov 2026 10:00:01 +0900"},
		more...),
		"Received: from mail.hibari.example (mail.hibari.example [203.0.113.10]) by www1.host.example (Postfix) with ESMTPS for <info@tsubame.example>; Tue, 3 Nov 2026 10:00:00 +0900",
		"From: mori@hibari.example", "To: info@tsubame.example", "Subject: Hello", "Message-ID: <1@hibari.example>", "", "Hello."), "\n")
}

func TestForwarded(t *testing.T) {
	story := owner.ForwardStory{From: "info@tsubame.example"}
	sig := "DKIM-Signature: v=1; a=rsa-sha256; d=hibari.example; s=q; h=From; bh=AA==; b=Zm9vYmFy"
	for name, c := range map[string]struct {
		text string
		want owner.Shown
	}{
		"envelope kept": {forwardedMail("mori@hibari.example"), owner.Shown{Forwarded: "yes", Envelope: "kept", Seal: "no", Signature: "none"}},
		"SRS": {forwardedMail("SRS0=aB1c=XY=hibari.example=mori@tsubame.example", "Authentication-Results: mx.google.com; dkim=pass header.i=@hibari.example header.s=q header.b=Zm9vYmFy; spf=pass smtp.mailfrom=x@tsubame.example", sig),
			owner.Shown{Forwarded: "yes", Envelope: "rewritten", Seal: "no", Signature: "pass"}},
		"the forwarder's own address": {forwardedMail("info@tsubame.example"), owner.Shown{Forwarded: "yes", Envelope: "rewritten", Seal: "no", Signature: "none"}},
		"the host's own address":      {forwardedMail("bounce@host.example"), owner.Shown{Forwarded: "yes", Envelope: "rewritten", Seal: "no", Signature: "none"}},
		"a service of the writer's":   {forwardedMail("x@em.sendgrid.net"), owner.Shown{Forwarded: "yes", Envelope: "kept", Seal: "no", Signature: "none"}},
		"sealed": {forwardedMail("mori@hibari.example", "ARC-Seal: i=1; a=rsa-sha256; d=host.example; s=a; cv=none; b=AA==",
			"ARC-Message-Signature: i=1; a=rsa-sha256; d=host.example; s=a; h=From; bh=AA==; b=AA==", "ARC-Authentication-Results: i=1; host.example; spf=pass"),
			owner.Shown{Forwarded: "yes", Envelope: "kept", Seal: "yes", Signature: "none"}},
		"sealed by the receiver alone": {forwardedMail("mori@hibari.example", "ARC-Seal: i=1; a=rsa-sha256; d=google.com; s=a; cv=none; b=AA=="),
			owner.Shown{Forwarded: "yes", Envelope: "kept", Seal: "no", Signature: "none"}},
		"written by the forwarder's own domain": {strings.ReplaceAll(forwardedMail("mori@tsubame.example"), "From: mori@hibari.example", "From: mori@tsubame.example"),
			owner.Shown{Forwarded: "yes", Seal: "no", Signature: "none"}},
		"came straight": {strings.ReplaceAll(forwardedMail("mori@hibari.example"), "info@tsubame.example", "tsubame.shop@gmail.com"), owner.Shown{Forwarded: "no"}},
	} {
		got, ok := inhand.Forwarded(context.Background(), c.text, story)
		got.By, got.From, got.To = "", "", ""
		if !ok || got != c.want {
			t.Errorf("%s:\n got %+v, %t\nwant %+v", name, got, ok, c.want)
		}
	}
	for _, text := range []string{"", "nothing of a mail", "From: a@b.example", "<kato@x.example>: host mx.x.example[192.0.2.1] said: 550 5.1.1 no such user"} {
		if got, ok := inhand.Forwarded(context.Background(), text, story); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
