package lab

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Phase is a period of a story for which receivers send DMARC reports: before or after the owner's changes.
type Phase struct {
	Name  string
	flows []flow
}

// flow is one kind of mail that is sent every day, as the reports show it.
type flow struct {
	count  int
	ip     netip.Addr
	dkim   []verdict
	spf    verdict
	reason string
}

// verdict is a result of DKIM or SPF for a domain.
type verdict struct{ result, domain, selector string }

// readReports reads a section "reports PHASE": a line a flow, COUNT IP [dkim=RESULT:DOMAIN:SELECTOR]... [spf=RESULT:DOMAIN]
// [reason=TYPE], COUNT being messages a day.
func (sc *Scenario) readReports(s section) error {
	p := Phase{Name: strings.TrimPrefix(s.name, reportsHeader)}
	err := s.eachLine(func(f []string) error {
		if len(f) < 2 {
			return fmt.Errorf("want COUNT IP ..., have %q", strings.Join(f, " "))
		}
		n, err := strconv.Atoi(f[0])
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of messages", f[0])
		}
		ip, err := netip.ParseAddr(f[1])
		if err != nil {
			return err
		}
		x := flow{count: n, ip: ip}
		for _, field := range f[2:] {
			key, value, _ := strings.Cut(field, "=")
			part := append(strings.SplitN(value, ":", 3), "", "")
			v := verdict{part[0], part[1], part[2]}
			switch key {
			case "dkim":
				x.dkim = append(x.dkim, v)
			case "spf":
				x.spf = v
			case "reason":
				x.reason = value
			default:
				return fmt.Errorf("unknown field %q", field)
			}
		}
		p.flows = append(p.flows, x)
		return nil
	})
	sc.Phases = append(sc.Phases, p)
	return err
}

const reportsHeader = "reports "

// ReportDays is how many days before now the reports of a phase cover.
const ReportDays = 35

// ReportFile is one report as its receiver sends it.
type ReportFile struct {
	Name string
	Data []byte
}

// receivers are the reporting receivers, each with its share of the mail in percent and how it packs its reports.
var receivers = []struct {
	org, mail, end string
	share          int
	pack           func(inner string, text []byte) ([]byte, error)
}{
	{"google.com", "noreply-dmarc-support@google.com", ".zip", 60, zipped},
	{"Enterprise Outlook", "dmarcreport@microsoft.com", ".xml.gz", 25, gzipped},
	{"kddi.com", "noreply-dmarc-support@kddi.com", ".eml", 15, mailed},
}

// Reports makes the reports of a phase: one for each day and receiver, the last of them about yesterday.
func (sc Scenario) Reports(p Phase, now time.Time) ([]ReportFile, error) {
	var out []ReportFile
	domain := sc.Answers.Domain
	policy := sc.policy()
	today := now.UTC().Truncate(24 * time.Hour)
	for day := ReportDays; day > 0; day-- {
		begin := today.AddDate(0, 0, -day)
		for i, r := range receivers {
			text, err := feedback(r.org, r.mail, domain, policy, begin, p.part(day, i))
			if err != nil {
				return nil, err
			}
			stem := fmt.Sprintf("%s!%s!%d!%d", strings.ReplaceAll(strings.ToLower(r.org), " ", "-"), domain, begin.Unix(), begin.Unix()+86399)
			data, err := r.pack(stem+".xml", text)
			if err != nil {
				return nil, err
			}
			out = append(out, ReportFile{stem + r.end, data})
		}
	}
	return out, nil
}

// part returns the mail of one day at one receiver: its share, varying from day to day, and at least a message now and
// then.
func (p Phase) part(day, receiver int) []flow {
	var out []flow
	for i, f := range p.flows {
		n := f.count * receivers[receiver].share * (80 + (day*37+i*53)%41)
		if f.count = n / 10_000; n%10_000 > (day*7919+i*104729+receiver*1299709)%10_000 {
			f.count++
		}
		if f.count > 0 {
			out = append(out, f)
		}
	}
	return out
}

// policy returns the domain's DMARC record at the beginning of the story; "" for none.
func (sc Scenario) policy() string {
	for _, z := range sc.world.zones {
		for _, s := range z.sources {
			if _, after, ok := strings.Cut(s.text, "v=DMARC1; p="); ok && z.name == canon(sc.Answers.Domain) {
				word, _, _ := strings.Cut(strings.TrimRight(after, `"`), ";")
				return strings.TrimSpace(strings.Trim(word, "\"\n "))
			}
		}
	}
	return "none"
}

// The elements of a report (RFC 9990, appendix A).
type (
	xmlAuth struct {
		Domain   string `xml:"domain"`
		Selector string `xml:"selector,omitempty"`
		Result   string `xml:"result"`
	}
	xmlReason struct {
		Type string `xml:"type"`
	}
	xmlRecord struct {
		IP          string      `xml:"row>source_ip"`
		Count       int         `xml:"row>count"`
		Disposition string      `xml:"row>policy_evaluated>disposition"`
		DKIM        string      `xml:"row>policy_evaluated>dkim"`
		SPF         string      `xml:"row>policy_evaluated>spf"`
		Reason      []xmlReason `xml:"row>policy_evaluated>reason"`
		From        string      `xml:"identifiers>header_from"`
		Signatures  []xmlAuth   `xml:"auth_results>dkim"`
		Senders     []xmlAuth   `xml:"auth_results>spf"`
	}
	xmlFeedback struct {
		XMLName xml.Name    `xml:"feedback"`
		Org     string      `xml:"report_metadata>org_name"`
		Email   string      `xml:"report_metadata>email"`
		ID      string      `xml:"report_metadata>report_id"`
		Begin   int64       `xml:"report_metadata>date_range>begin"`
		End     int64       `xml:"report_metadata>date_range>end"`
		Domain  string      `xml:"policy_published>domain"`
		ADKIM   string      `xml:"policy_published>adkim"`
		ASPF    string      `xml:"policy_published>aspf"`
		Policy  string      `xml:"policy_published>p"`
		Records []xmlRecord `xml:"record"`
	}
)

// feedback returns one report. Alignment is relaxed, the default.
func feedback(org, mail, domain, policy string, begin time.Time, flows []flow) ([]byte, error) {
	f := xmlFeedback{Org: org, Email: mail, ID: fmt.Sprintf("%d.%s", begin.Unix(), strings.ToLower(org[:2])), Begin: begin.Unix(), End: begin.Unix() + 86399,
		Domain: domain, ADKIM: "r", ASPF: "r", Policy: policy}
	aligned := func(v verdict) bool {
		return v.result == "pass" && (v.domain == domain || strings.HasSuffix(v.domain, "."+domain))
	}
	word := map[bool]string{true: "pass", false: "fail"}
	for _, x := range flows {
		r := xmlRecord{IP: x.ip.String(), Count: x.count, Disposition: "none", From: domain, SPF: word[aligned(x.spf)]}
		signed := false
		for _, v := range x.dkim {
			signed = signed || aligned(v)
			r.Signatures = append(r.Signatures, xmlAuth{v.domain, v.selector, v.result})
		}
		if r.DKIM = word[signed]; r.DKIM == "fail" && r.SPF == "fail" && policy != "none" && x.reason == "" {
			r.Disposition = policy
		}
		if x.reason != "" {
			r.Reason = []xmlReason{{x.reason}}
		}
		if x.spf.result != "" {
			r.Senders = []xmlAuth{{Domain: x.spf.domain, Result: x.spf.result}}
		}
		f.Records = append(f.Records, r)
	}
	text, err := xml.MarshalIndent(f, "", "  ")
	return append([]byte(xml.Header), text...), err
}

func zipped(inner string, text []byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(inner)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}

func gzipped(_ string, text []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}

// mailed returns the mail with a report attached.
func mailed(inner string, text []byte) ([]byte, error) {
	packed, err := gzipped(inner, text)
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: noreply-dmarc-support@kddi.com\r\nSubject: Report Domain: %s\r\nMIME-Version: 1.0\r\nContent-Type: application/gzip; name=\"%s.gz\"\r\n"+
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%[2]s.gz\"\r\n\r\n", strings.Split(inner, "!")[1], inner)
	code := base64.StdEncoding.EncodeToString(packed)
	for len(code) > 76 {
		b.WriteString(code[:76] + "\r\n")
		code = code[76:]
	}
	b.WriteString(code + "\r\n")
	return b.Bytes(), err
}
