# 日本語.example: records to add or change. Made by todoku test at 2026-11-22 14:02 +09:00.
# For the provider hashicorp/aws. Each resource is the whole set of its name and type, so it holds what stays, too. Then: terraform plan

variable "route53_zone_id" {
  type        = string
  description = "xn--wgv71a119e.example"
}

# 1. Change the SPF record
# Why: spf-multiple: There are 2 SPF records.
# Replaces: xn--wgv71a119e.example TXT "v=spf1 mx -all"
# 2. Delete the extra SPF record
# Why: spf-multiple: There are 2 SPF records.
# Delete: xn--wgv71a119e.example TXT "v=spf1 \033]0;x\007 [click](https://evil.example) <img src=x> | ``` \342\200\256 ~all"
# Exists already, and stays: xn--wgv71a119e.example TXT "v=spf1 \033]0;x\007 [click](https://evil.example) <img src=x> | ``` \342\200\256 ~all\377"
resource "aws_route53_record" "txt_xn_wgv71a119e_example" {
  zone_id = var.route53_zone_id
  name    = "xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  records = [
    "v=spf1 a:www9.rental.example mx ~all",
    "v=spf1 \\033]0;x\\007 [click](https://evil.example) <img src=x> | ``` \\342\\200\\256 ~all\\377",
  ]
}
# The set exists, so Terraform has to take it over. Leave this block out if Terraform already has it under another name. Before Terraform 1.6, write the zone's ID in place of the variable.
import {
  to = aws_route53_record.txt_xn_wgv71a119e_example
  id = "${var.route53_zone_id}_xn--wgv71a119e.example_TXT"
}

# 4. Add a DMARC record
# Why: dmarc-missing: There is no DMARC record.
resource "aws_route53_record" "txt_dmarc_xn_wgv71a119e_example" {
  zone_id = var.route53_zone_id
  name    = "_dmarc.xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  records = [
    "v=DMARC1; p=none",
  ]
}

# 3. Add the DKIM key (rs1)
# NOT WRITTEN, its value is missing: Get the DKIM key from the admin page of Sample Rental and paste it into todoku. Where to find it: Mail > DKIM (Names and menus in the panel may differ a little.)
# Once the key is live, at Sample Rental: press Use. It cannot be turned on earlier.
