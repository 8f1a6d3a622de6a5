# 日本語.example: 設定するレコード。todoku test が 2026-11-22 14:02 +09:00 に作成。
# プロバイダー hashicorp/aws 用です。リソースごとに、その名前と種別の全部を置き換えるので、そのままにする値も入っています。その後: terraform plan

variable "route53_zone_id" {
  type        = string
  description = "xn--wgv71a119e.example"
}

# 1. SPF レコードを変更
# 理由: spf-multiple: SPF レコードが 2 件あります。
# 変更前: xn--wgv71a119e.example TXT "v=spf1 mx -all"
# 2. 余分な SPF レコードを削除
# 理由: spf-multiple: SPF レコードが 2 件あります。
# 削除: xn--wgv71a119e.example TXT "v=spf1 \033]0;x\007 [click](https://evil.example) <img src=x> | ``` \342\200\256 ~all"
# 設定済み、そのまま: xn--wgv71a119e.example TXT "v=spf1 \033]0;x\007 [click](https://evil.example) <img src=x> | ``` \342\200\256 ~all\377"
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
# 設定済みのレコードなので、Terraform に取り込みます。別の名前で Terraform の管理下にある場合は、このブロックは不要です。Terraform 1.6 より前では、変数の代わりにゾーンの ID を直接書いてください。
import {
  to = aws_route53_record.txt_xn_wgv71a119e_example
  id = "${var.route53_zone_id}_xn--wgv71a119e.example_TXT"
}

# 4. DMARC レコードを追加
# 理由: dmarc-missing: DMARC レコードがありません。
resource "aws_route53_record" "txt_dmarc_xn_wgv71a119e_example" {
  zone_id = var.route53_zone_id
  name    = "_dmarc.xn--wgv71a119e.example"
  type    = "TXT"
  ttl     = 3600
  records = [
    "v=DMARC1; p=none",
  ]
}

# 3. DKIM の鍵を追加（rs1）
# このファイルにはありません。値がまだありません: みほんレンタルで DKIM の鍵を表示し、todoku に貼り付けてください。場所: メール > DKIM。画面の名前や場所は、少し違うことがあります。
# この鍵が DNS に反映されてから、みほんレンタルで次の操作をしてください: 「使う」を押す。反映前は有効にできません。
