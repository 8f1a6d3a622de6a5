// 日本語.example: 設定するレコード。todoku test が 2026-11-22 14:02 +09:00 に作成。
// dnsconfig.js の、xn--wgv71a119e.example の D() より下に追加してください。下に「変更前」「削除」とあるレコードは、そこから取り除いてください。その後: dnscontrol preview
D_EXTEND("xn--wgv71a119e.example",
  // 1. SPF レコードを変更
  // 理由: spf-multiple: SPF レコードが 2 件あります。
  // 変更前: xn--wgv71a119e.example TXT "v=spf1 mx -all"
  TXT("@", "v=spf1 a:www9.rental.example mx ~all", TTL(3600)),
  // 2. 余分な SPF レコードを削除
  // 理由: spf-multiple: SPF レコードが 2 件あります。
  // 削除: xn--wgv71a119e.example TXT "v=spf1 \u001b]0;x\u0007 [click](https://evil.example) <img src=x> | ``` \u202e ~all"
  // 3. DKIM の鍵を追加（rs1）
  // このファイルにはありません。値がまだありません: みほんレンタルで DKIM の鍵を表示し、todoku に貼り付けてください。場所: メール > DKIM。画面の名前や場所は、少し違うことがあります。
  // この鍵が DNS に反映されてから、みほんレンタルで次の操作をしてください: 「使う」を押す。反映前は有効にできません。
  // 4. DMARC レコードを追加
  // 理由: dmarc-missing: DMARC レコードがありません。
  TXT("_dmarc", "v=DMARC1; p=none", TTL(3600))
);
