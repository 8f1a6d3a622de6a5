package input

import (
	"fmt"
	"strings"
	"testing"
)

func TestSentFrom(t *testing.T) {
	const gmail = "<<< 550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n<<< 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\n" +
		"<<< 550-5.7.26  Authentication results:\n<<< 550-5.7.26  DKIM = did not pass\n"
	for about, c := range map[string]struct{ message, want string }{
		"one":                    {gmail + "550-5.7.26  SPF [example.jp] with ip: [203.0.113.41] = did not pass\n", "[203.0.113.41]"},
		"torn over two lines":    {gmail + "550-5.7.26  SPF [Example.JP] with\n550-5.7.26 ip: [2001:db8::25] = did\n", "[2001:db8::25]"},
		"twice the same":         {"SPF [example.jp] with ip: [203.0.113.41] SPF [example.jp] with ip: [::ffff:203.0.113.41]", "[203.0.113.41]"},
		"another domain":         {gmail + "550-5.7.26  SPF [www1234.sakura.ne.jp] with ip: [203.0.113.41] = did not pass\n", "[]"},
		"no address":             {"SPF [example.jp] with ip: [1.2.3] = did not pass", "[]"},
		"nothing":                {"", "[]"},
		"more than anyone needs": {strings.Repeat("SPF [example.jp] with ip: [203.0.113.1] SPF [example.jp] with ip: [203.0.113.2] SPF [example.jp] with ip: [203.0.113.3] ", 9), "[203.0.113.1 203.0.113.2 203.0.113.3]"},
	} {
		if got := fmt.Sprint(SentFrom(c.message, "example.jp")); got != c.want {
			t.Errorf("%s: %s, want %s", about, got, c.want)
		}
	}
}
