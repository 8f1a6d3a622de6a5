package catalog

import "testing"

// What mail shows of who sent it: the longest name that is known decides, and one that several share says nothing.
func TestServiceOf(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		names []string
		want  string
	}{
		{[]string{"bounces.sendgrid.net"}, "sendgrid"},
		{[]string{"a.example", "ap-northeast-1.amazonses.com"}, "amazon-ses"},
		{[]string{"www1234.sakura.ne.jp"}, "sakura-rs"},
		{[]string{"spf.sender.xserver.jp"}, ""},
		{[]string{"a.example"}, ""},
		{[]string{"notsendgrid.net"}, ""},
		{nil, ""},
	} {
		if got := c.ServiceOf(x.names...); got != x.want {
			t.Errorf("%v: %q, want %q", x.names, got, x.want)
		}
	}
}
