// 日本語.example: records to add or change. Made by todoku test at 2026-11-22 14:02 +09:00.
// For dnsconfig.js, below the D() of xn--wgv71a119e.example. Remove there what a line below says it replaces or deletes. Then: dnscontrol preview
D_EXTEND("xn--wgv71a119e.example",
  // 1. Change the SPF record
  // Why: spf-multiple: There are 2 SPF records.
  // Replaces: xn--wgv71a119e.example TXT "v=spf1 mx -all"
  TXT("@", "v=spf1 a:www9.rental.example mx ~all", TTL(3600)),
  // 2. Delete the extra SPF record
  // Why: spf-multiple: There are 2 SPF records.
  // Delete: xn--wgv71a119e.example TXT "v=spf1 \u001b]0;x\u0007 [click](https://evil.example) <img src=x> | ``` \u202e ~all"
  // 3. Add the DKIM key (rs1)
  // NOT WRITTEN, its value is missing: Get the DKIM key from the admin page of Sample Rental and paste it into todoku. Where to find it: Mail > DKIM (Names and menus in the panel may differ a little.)
  // Once the key is live, at Sample Rental: press Use. It cannot be turned on earlier.
  // 4. Add a DMARC record
  // Why: dmarc-missing: There is no DMARC record.
  TXT("_dmarc", "v=DMARC1; p=none", TTL(3600))
);
