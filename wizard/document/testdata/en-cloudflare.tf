# 日本語.example: records to add or change. Made by todoku test at 2026-11-22 14:02 +09:00.
# For the provider cloudflare/cloudflare, version 5. In version 4 the resource is called cloudflare_record. Then: terraform plan

variable "cloudflare_zone_id" {
  type        = string
  description = "xn--wgv71a119e.example"
}

# 1. Change the SPF record
# Why: spf-multiple: There are 2 SPF records.
# Replaces: xn--wgv71a119e.example TXT "v=spf1 mx -all"
resource "cloudflare_dns_record" "txt_xn_wgv71a119e_example_spf1" {
  zone_id = var.cloudflare_zone_id
  name    = "xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 a:www9.rental.example mx ~all\""
}
# Only Cloudflare knows the ID of the record that is replaced. Enter it for RECORD_ID and remove the #; or delete that record by hand first.
# import {
#   to = cloudflare_dns_record.txt_xn_wgv71a119e_example_spf1
#   id = "${var.cloudflare_zone_id}/RECORD_ID"
# }

# 2. Delete the extra SPF record
# Why: spf-multiple: There are 2 SPF records.
# Delete: xn--wgv71a119e.example TXT "v=spf1 \027]0;x\007 [click](https://evil.example) <img src=x> | ``` \226\128\174 ~all"

# 3. Add the DKIM key
# NOT WRITTEN, its value is missing: Get the DKIM key from the admin page of Sample Rental and paste it into todoku. Where to find it: Mail > DKIM (Names and menus in the panel may differ a little.)
# Once the key is live, at Sample Rental: press Use. It cannot be turned on earlier.

# 4. Add a DMARC record
# Why: dmarc-missing: There is no DMARC record.
resource "cloudflare_dns_record" "txt_dmarc_xn_wgv71a119e_example_dmarc1" {
  zone_id = var.cloudflare_zone_id
  name    = "_dmarc.xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1; p=none\""
}
