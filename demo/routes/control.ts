import { breakOff, endRaw } from "../break-off.ts";
import { pause, readJsonObject, replyJson } from "../reply.ts";
import { resetStats } from "../stats.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";
import { hostileHeaders, rawAnswers } from "./hostile.ts";

/** `/control/status/<code>`: that status, with the challenge headers that 401 and 402 carry. */
export function status(visit: Visit): void {
  const code = Number(visit.path.slice("/control/status/".length));
  if (!Number.isInteger(code) || code < 200 || code > 599)
    return replyJson(visit, 400, { error: "200 to 599" });
  replyStatus(visit, code);
}

/** Answers with a status as a real upstream would. */
export function replyStatus(visit: Visit, code: number): void {
  if (code === 204 || code === 205 || code === 304) {
    visit.response.writeHead(code, code === 205 ? { "Content-Length": 0 } : {}).end();
    return;
  }
  replyJson(
    visit,
    code,
    { status: code },
    {
      ...(code === 401 ? { "WWW-Authenticate": 'Basic realm="demo"' } : {}),
      ...(code === 402
        ? { "PAYMENT-REQUIRED": "e30=", "WWW-Authenticate": 'L402 macaroon="AA==", invoice="lnbcrt1"' }
        : {}),
      ...(code === 429 || code === 503 ? { "Retry-After": "1" } : {}),
      ...(code >= 300 && code < 400 ? { Location: "/v1" } : {}),
    },
  );
}

/** Never answers; with `?after=head` sends a head and one byte and then nothing more. */
export function hang(visit: Visit): void {
  if (visit.query.get("after") !== "head") return;
  visit.response.writeHead(200, { "Content-Type": "text/plain" });
  visit.response.write("h");
}

/** `/control/drip?ms=100&bytes=20`: one byte at a time. */
export async function drip(visit: Visit): Promise<void> {
  const bytes = readNumber(visit, "bytes", 20, 1_000_000);
  const ms = readNumber(visit, "ms", 100, 600_000);
  visit.response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": bytes });
  visit.response.flushHeaders();
  for (let sent = 0; sent < bytes; sent++) {
    if (sent > 0 && !(await pause(visit, ms))) return;
    visit.response.write(".");
  }
  visit.response.end();
}

/** Promises more than it sends: `Content-Length: 1000` and half of it, or `?chunked=1` without the last chunk. */
export function truncate(visit: Visit): void {
  const length = visit.query.has("chunked") ? {} : { "Content-Length": 1000 };
  visit.response.writeHead(200, { "Content-Type": "text/plain", ...length });
  visit.response.write("x".repeat(500), () => breakOff(visit, "close"));
}

/** A TCP reset before the head; with `?after=head` in the middle of the body. */
export function reset(visit: Visit): void {
  if (visit.query.get("after") !== "head") return breakOff(visit, "reset");
  visit.response.writeHead(200, { "Content-Type": "text/plain" });
  visit.response.write("x".repeat(500), () => breakOff(visit, "reset"));
}

/** `/control/garbage?kind=`: bytes that are no HTTP answer, or a dangerous one; kinds in `hostile.ts`. */
export function garbage(visit: Visit): void {
  const kind = visit.query.get("kind") ?? "garbage";
  const answer = Object.hasOwn(rawAnswers, kind) ? rawAnswers[kind] : undefined;
  if (answer === undefined) return replyJson(visit, 404, { kinds: Object.keys(rawAnswers) });
  endRaw(visit, answer);
}

/** `/control/redirect?to=<url>&status=302`. */
export function redirect(visit: Visit): void {
  const code = readNumber(visit, "status", 302, 399);
  const location = (visit.query.get("to") ?? "/v1").replaceAll(/[^\x21-\x7e]/g, "");
  visit.response.writeHead(code, { Location: location, "Content-Length": 0 }).end();
}

/** A good answer among headers that a proxy must not pass on. */
export function headers(visit: Visit): void {
  replyJson(visit, 200, { ok: true }, hostileHeaders);
}

/** `GET /control/stats`. */
export function showStats(visit: Visit): void {
  replyJson(visit, 200, visit.stats);
}

/** `POST /control/reset`. */
export function forget(visit: Visit): void {
  resetStats(visit.stats);
  replyJson(visit, 200, visit.stats);
}

/** `POST /control/fail-next {times, status}`: status 0 resets the connection instead. */
export async function failNext(visit: Visit): Promise<void> {
  const input = await readJsonObject(visit);
  const { times = 1, status: code = 503 } = input ?? {};
  if (!isNatural(times) || !isNatural(code) || code > 599 || (code < 200 && code !== 0)) {
    return replyJson(visit, 400, { error: "{times, status}: natural numbers" });
  }
  visit.stats.fail = { times, status: code };
  replyJson(visit, 200, visit.stats.fail);
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
