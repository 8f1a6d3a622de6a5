# 日本語.example: 設定するレコード。todoku test が 2026-11-22 14:02 +09:00 に作成。
# プロバイダー cloudflare/cloudflare のバージョン 5 用です。バージョン 4 では、リソースの名前が cloudflare_record です。その後: terraform plan

variable "cloudflare_zone_id" {
  type        = string
  description = "xn--wgv71a119e.example"
}

# 1. SPF レコードを変更
# 理由: spf-multiple: SPF レコードが 2 件あります。
# 変更前: xn--wgv71a119e.example TXT "v=spf1 mx -all"
resource "cloudflare_dns_record" "txt_xn_wgv71a119e_example_spf1" {
  zone_id = var.cloudflare_zone_id
  name    = "xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 a:www9.rental.example mx ~all\""
}
# 変更前のレコードの ID は、Cloudflare の画面か API でわかります。RECORD_ID をその ID に変え、# を外してください。または、先にそのレコードを手で削除してください。
# import {
#   to = cloudflare_dns_record.txt_xn_wgv71a119e_example_spf1
#   id = "${var.cloudflare_zone_id}/RECORD_ID"
# }

# 2. 余分な SPF レコードを削除
# 理由: spf-multiple: SPF レコードが 2 件あります。
# 削除: xn--wgv71a119e.example TXT "v=spf1 \027]0;x\007 [click](https://evil.example) <img src=x> | ``` \226\128\174 ~all"

# 3. DKIM の鍵を追加（rs1）
# このファイルにはありません。値がまだありません: みほんレンタルで DKIM の鍵を表示し、todoku に貼り付けてください。場所: メール > DKIM。画面の名前や場所は、少し違うことがあります。
# この鍵が DNS に反映されてから、みほんレンタルで次の操作をしてください: 「使う」を押す。反映前は有効にできません。

# 4. DMARC レコードを追加
# 理由: dmarc-missing: DMARC レコードがありません。
resource "cloudflare_dns_record" "txt_dmarc_xn_wgv71a119e_example_dmarc1" {
  zone_id = var.cloudflare_zone_id
  name    = "_dmarc.xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1; p=none\""
}
