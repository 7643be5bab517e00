import { findHeader, isJsonObject, listHeaders } from "@x402-paywall/core";
import { type Check, fail, failEach, pass, skip } from "../check.ts";
import { isAnswer } from "../observations.ts";
import type { RawAnswer } from "../raw-request.ts";
import { offeredWires } from "./status.ts";

/** nginx takes 8 kB of an upstream's head; what is above makes it answer 502. */
const MAX_HEADER_BYTES = 8000;

export const httpChecks: readonly Check[] = [
  {
    id: "header-size",
    title: "All headers of the 402 together have less than 8 kB",
    severity: "error",
    meaning: "Proxies and clients with common limits cut the answer off, or turn it into a 502.",
    fix: "Send fewer or shorter offers; put descriptions into the body.",
    run: ({ bare }) => {
      if (bare.status !== 402) return skip("no 402");
      const bytes = bare.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
      return bytes < MAX_HEADER_BYTES ? pass : fail(`they have ${bytes} bytes`);
    },
  },
  {
    id: "cache-402",
    title: "The 402 is not cached",
    severity: "error",
    meaning: "A cache that keeps it asks others for a quote that has expired, or was never theirs.",
    fix: "Send Cache-Control: no-store.",
    run: ({ bare }) => {
      if (bare.status !== 402) return skip("no 402");
      const value = listHeaders(bare.headers, "cache-control").join(", ");
      if (/(?:^|,)\s*no-store\s*(?:,|$)/i.test(value)) return pass;
      return fail(value === "" ? "Cache-Control is missing" : `Cache-Control is ${value}`);
    },
  },
  {
    id: "problem",
    title: "The body of the 402 is a problem document",
    severity: "warning",
    meaning: "Who debugs a client reads the body: an empty one, or a page, says nothing.",
    fix: 'Send application/problem+json with "type", "title" and "status":402 (RFC 9457); the x402 members may stand beside them.',
    run: ({ bare, challenge: { body } }) => {
      if (bare.status !== 402) return skip("no 402");
      if (!isJsonObject(body))
        return fail(
          `it is ${findHeader(bare.headers, "content-type") ?? "without a type"}, and no JSON object`,
        );
      const type = findHeader(bare.headers, "content-type") ?? "";
      return failEach([
        ...(/^application\/problem\+json\b/i.test(type)
          ? []
          : [`its Content-Type is ${type === "" ? "missing" : type}`]),
        ...(typeof body.type === "string" ? [] : ["type is missing"]),
        ...(body.status === 402 ? [] : [`status is ${JSON.stringify(body.status ?? null)}`]),
      ]);
    },
  },
  {
    id: "cors-expose",
    title: "Scripts of other origins may read the offers",
    severity: "warning",
    meaning: "A wallet or an agent in a browser sees neither the 402's headers nor its body.",
    fix: "Send Access-Control-Allow-Origin, and name PAYMENT-REQUIRED, WWW-Authenticate and the receipts in Access-Control-Expose-Headers.",
    run: (observations) => {
      const { cross, bare } = observations;
      if (bare.status !== 402) return skip("no 402");
      if (!isAnswer(cross)) return fail(`there was no answer (${cross.failed})`);
      if (!allowsOrigin(cross)) return fail("Access-Control-Allow-Origin is missing");
      const exposed = names(cross, "access-control-expose-headers");
      const wires = offeredWires(observations);
      const wanted = [
        ...(wires.includes("x402") ? ["PAYMENT-REQUIRED", "PAYMENT-RESPONSE"] : []),
        ...(wires.includes("l402") || wires.includes("mpp") ? ["WWW-Authenticate"] : []),
        ...(wires.includes("mpp") ? ["Payment-Receipt"] : []),
      ];
      const hidden = wanted.filter((name) => !exposed.has("*") && !exposed.has(name.toLowerCase()));
      return hidden.length === 0
        ? pass
        : fail(`${hidden.join(", ")} ${hidden.length === 1 ? "is" : "are"} not exposed`);
    },
  },
  {
    id: "cors-preflight",
    title: "The browser's preflight is answered, and lets credentials of payments through",
    severity: "warning",
    meaning:
      "A browser asks OPTIONS before it sends PAYMENT-SIGNATURE or Authorization; a 402, 401 or 404 there ends it.",
    fix: "Answer OPTIONS with 204, Access-Control-Allow-Methods, and Access-Control-Allow-Headers: authorization, payment-signature.",
    run: (observations) => {
      const { preflight, method, bare } = observations;
      if (bare.status !== 402) return skip("no 402");
      if (!isAnswer(preflight)) return fail(`there was no answer (${preflight.failed})`);
      if (preflight.status >= 300) return fail(`it was answered ${preflight.status}`);
      if (!allowsOrigin(preflight)) return fail("Access-Control-Allow-Origin is missing");
      const allowed = names(preflight, "access-control-allow-headers");
      const wires = offeredWires(observations);
      const wanted = [
        ...(wires.includes("x402") ? ["payment-signature"] : []),
        // Never meant by a star.
        ...(wires.includes("l402") || wires.includes("mpp") ? ["authorization"] : []),
      ].filter((name) => !allowed.has(name) && !(allowed.has("*") && name !== "authorization"));
      const methods = names(preflight, "access-control-allow-methods");
      const simple = ["GET", "HEAD", "POST"].includes(method);
      return failEach([
        ...wanted.map((name) => `${name} is not allowed`),
        ...(simple || methods.has("*") || methods.has(method.toLowerCase())
          ? []
          : [`${method} is not allowed`]),
      ]);
    },
  },
];

function allowsOrigin({ headers }: RawAnswer): boolean {
  const value = findHeader(headers, "access-control-allow-origin");
  return value === "*" || value === "https://doctor.example";
}

function names({ headers }: RawAnswer, field: string): ReadonlySet<string> {
  return new Set(
    listHeaders(headers, field)
      .join(",")
      .split(",")
      .map((name) => name.trim().toLowerCase()),
  );
}
