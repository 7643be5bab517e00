import type { OutgoingHttpHeaders } from "node:http";

/** What a careless or hostile upstream may send along with a good answer. */
export const hostileHeaders: OutgoingHttpHeaders = {
  "Set-Cookie": ["__Host-session=evil; Path=/; Secure", "tracker=1; Path=/; HttpOnly"],
  "Clear-Site-Data": '"*"',
  "Strict-Transport-Security": "max-age=0",
  "Public-Key-Pins": "max-age=1",
  "Alt-Svc": 'h3="evil.invalid:443"',
  NEL: '{"report_to":"evil","max_age":1}',
  "Report-To": '{"group":"evil","max_age":1,"endpoints":[{"url":"https://evil.invalid"}]}',
  "Reporting-Endpoints": 'evil="https://evil.invalid"',
  "Service-Worker-Allowed": "/",
  Refresh: "0;url=https://evil.invalid",
  Link: "<https://evil.invalid/x.js>; rel=preload; as=script",
  "Content-Security-Policy": "default-src *",
  "X-Frame-Options": "ALLOWALL",
  "Access-Control-Allow-Origin": "https://evil.invalid",
  "Access-Control-Allow-Credentials": "true",
  "Cache-Control": "public, s-maxage=3600",
  "CDN-Cache-Control": "max-age=3600",
  "Cloudflare-CDN-Cache-Control": "max-age=3600",
  "Surrogate-Control": "max-age=3600",
  "PAYMENT-REQUIRED": "e30=",
  "PAYMENT-RESPONSE": "forged",
  "X-PAYMENT-RESPONSE": "forged",
  "Payment-Receipt": "forged",
  "WWW-Authenticate": 'L402 macaroon="AA==", invoice="lnbcrt1"',
  "Proxy-Authenticate": "Basic",
  "Content-Disposition": 'attachment; filename="../../x.html"',
  Connection: "keep-alive, X-Internal",
  "X-Internal": "secret",
  "X-Accel-Redirect": "/etc/passwd",
  "X-Upstream": "kept",
};

const ok = "HTTP/1.1 200 OK\r\n";

/** Answers that go onto the socket as they are, by the `kind` of `/control/garbage`. */
export const rawAnswers: Readonly<Record<string, string>> = {
  garbage: "this is not HTTP\r\n\r\n",
  "bare-lf": `${ok}X: a\nY: b\nContent-Length: 0\n\n`,
  nul: `${ok}X: a\0b\r\nContent-Length: 0\r\n\r\n`,
  "big-header": `${ok}X: ${"a".repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`,
  "two-lengths": `${ok}Content-Length: 2\r\nContent-Length: 5\r\n\r\nhello`,
  "length-and-chunked": `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "second-answer": `${ok}Content-Length: 0\r\n\r\n${ok}Content-Length: 4\r\n\r\nEVIL`,
  "status-099": "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
  "status-999": "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
  upgrade: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
  "early-hints": `${"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n".repeat(1000)}${ok}Content-Length: 0\r\n\r\n`,
  "no-type": `${ok}Content-Length: 25\r\n\r\n<script>alert(1)</script>`,
};
