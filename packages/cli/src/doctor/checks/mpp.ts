import {
  type AuthElement,
  canonicalJson,
  decodeBolt11,
  decodeChallengeRequest,
  fromBase64Url,
  fromUtf8,
  isJsonObject,
  type JsonObject,
} from "@x402-paywall/core";
import { type Check, failEach, skip, type Verdict } from "../check.ts";
import type { Observations } from "../observations.ts";
import { paymentsOf } from "./authenticate.ts";

const REQUIRED = ["id", "realm", "method", "intent", "request"];

/** Complaints of each `Payment` line, said with its number where there are more. */
function onLines(
  complain: (line: AuthElement, observations: Observations) => readonly string[],
): Check["run"] {
  return (observations): Verdict => {
    const lines = paymentsOf(observations.challenge.auth);
    if (lines.length === 0) return skip("no Payment");
    return failEach(
      lines.flatMap((line, at) =>
        complain(line, observations).map((text) => (lines.length === 1 ? text : `line ${at + 1}: ${text}`)),
      ),
    );
  };
}

export const mppChecks: readonly Check[] = [
  {
    id: "mpp-parameters",
    title: "Each Payment line is complete",
    severity: "error",
    meaning: "One line without request= makes a client drop the offers of all others.",
    fix: "Send id, realm, method, intent and request with each Payment line.",
    run: onLines(({ params }) =>
      REQUIRED.filter((name) => (params.get(name) ?? "") === "").map((name) => `${name}= is missing`),
    ),
  },
  {
    id: "mpp-request",
    title: "request= is base64url of canonical JSON",
    severity: "error",
    meaning:
      "Clients echo the string as it is, but some encode it anew: only canonical JSON (RFC 8785) comes out the same.",
    fix: "Sort the members, write no spaces, encode as base64url without padding.",
    run: onLines(({ params }) => {
      const request = params.get("request") ?? "";
      if (request === "") return [];
      const bytes = /^[A-Za-z0-9_-]+$/.test(request) ? fromBase64Url(request) : undefined;
      if (bytes === undefined) return ["it is not base64url without padding"];
      const json = decodeChallengeRequest(request);
      if (json === undefined) return ["it does not decode to a JSON object"];
      return canonicalJson(json) === fromUtf8(bytes) ? [] : ["its JSON is not canonical"];
    }),
  },
  {
    id: "mpp-invoice",
    title: "A lightning request agrees with its invoice",
    severity: "error",
    meaning:
      "Clients refuse to pay an invoice that asks for another amount, or has another hash, than the request says.",
    fix: "Fill amount (sat), currency and methodDetails {invoice, paymentHash, network} from the same invoice.",
    run: onLines(({ params }, { now }) => {
      if (params.get("method") !== "lightning") return [];
      const json = decodeChallengeRequest(params.get("request") ?? "");
      return json === undefined ? [] : invoiceFaults(json, now);
    }),
  },
  {
    id: "mpp-expires",
    title: "expires= lies ahead",
    severity: "error",
    meaning: "A client does not pay a challenge whose time is over, or cannot be read.",
    fix: 'Write it as RFC 3339 in UTC: expires="2026-12-01T00:00:00Z".',
    run: onLines(({ params }, { now }) => {
      const expires = params.get("expires");
      if (expires === undefined) return [];
      const at = /^\d{4}-\d\d-\d\dT/.test(expires) ? Date.parse(expires) / 1000 : Number.NaN;
      if (Number.isNaN(at)) return [`it is no time: ${expires.slice(0, 40)}`];
      return at > now ? [] : [`it was ${Math.round(now - at)} s ago`];
    }),
  },
];

function invoiceFaults(request: JsonObject, now: number): readonly string[] {
  const details = isJsonObject(request.methodDetails) ? request.methodDetails : {};
  const { invoice: bolt11, paymentHash } = details;
  const invoice = typeof bolt11 === "string" ? decodeBolt11(bolt11) : undefined;
  if (invoice === undefined) return ["methodDetails.invoice is no BOLT11 invoice"];
  const faults: string[] = [];
  const sats = ((invoice.amountMsat ?? 0n) + 999n) / 1000n;
  if (request.amount !== sats.toString())
    faults.push(`amount is ${JSON.stringify(request.amount ?? null)}, the invoice asks ${sats} sat`);
  if (request.currency !== "sat" && request.currency !== "BTC")
    faults.push(`currency is ${JSON.stringify(request.currency ?? null)}, not "sat"`);
  if (paymentHash !== undefined && paymentHash !== invoice.paymentHash)
    faults.push("paymentHash is not that of the invoice");
  if (invoice.timestamp + invoice.expirySeconds <= now) faults.push("the invoice has expired");
  return faults;
}
