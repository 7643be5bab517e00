import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "@x402-paywall/core";
import { type Check, fail, failEach, pass, skip } from "../check.ts";
import type { Observations } from "../observations.ts";
import { describeRequirements } from "./x402-requirements.ts";

export const x402Checks: readonly Check[] = [
  {
    id: "x402-header",
    title: "x402 offers are in the header PAYMENT-REQUIRED",
    severity: "error",
    meaning:
      "Version 2 clients read the header and not the body: what is only in the body is paid by old clients alone.",
    fix: "Send the PaymentRequired of version 2 as PAYMENT-REQUIRED, base64 of its JSON.",
    run: ({ challenge }) => {
      if (challenge.x402.header !== undefined) return pass;
      const { body } = challenge;
      if (!isJsonObject(body) || body.accepts === undefined) return skip("no x402");
      return fail(
        `the body has accepts (x402Version ${JSON.stringify(body.x402Version ?? null)}), the header is missing`,
      );
    },
  },
  {
    id: "x402-base64",
    title: "PAYMENT-REQUIRED is standard padded base64",
    severity: "error",
    meaning: "The official decoders refuse the URL alphabet (- and _) and a value without its padding.",
    fix: "Encode with the standard alphabet and padding: Buffer.from(json).toString('base64'), not 'base64url'.",
    run: ({ challenge: { x402 } }) => {
      if (x402.header === undefined) return skip("no x402");
      if (/[-_]/.test(x402.header)) return fail("it uses the URL alphabet (- or _)");
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(x402.header)) return fail("it has characters that are not base64");
      return x402.header.length % 4 === 0 ? pass : fail("its padding (=) is missing");
    },
  },
  {
    id: "x402-version",
    title: "PAYMENT-REQUIRED decodes to JSON of version 2",
    severity: "error",
    meaning: "A client that cannot decode it, or that finds another version, pays nothing.",
    fix: 'Make it {"x402Version":2,"resource":{…},"accepts":[…]}.',
    run: ({ challenge: { x402 } }) => {
      if (x402.header === undefined) return skip("no x402");
      if (x402.json === undefined) return fail("it does not decode to a JSON object");
      const { x402Version, accepts } = x402.json;
      if (x402Version !== 2) return fail(`its x402Version is ${JSON.stringify(x402Version ?? null)}`);
      if (accepts === undefined || !isJsonArray(accepts)) return fail("it has no list accepts");
      return accepts.length > 0 ? pass : fail("its list accepts is empty");
    },
  },
  {
    id: "x402-accepts",
    title: "Each x402 offer is complete",
    severity: "error",
    meaning:
      "Clients sign what is there: a missing or mistyped member is a signature that no facilitator takes.",
    fix: "Give each of accepts scheme, network (CAIP-2), amount (a string of atomic units), asset, payTo and maxTimeoutSeconds.",
    run: (observations) => eachOffer(observations, (offer) => describeRequirements(offer).shape),
  },
  {
    id: "x402-domain",
    title: "Each x402 offer names its token's EIP-712 domain",
    severity: "error",
    meaning:
      "Payers sign with extra.name and extra.version; where they are not the contract's own, the signature is worthless.",
    fix: 'For USDC: extra {"name":"USD Coin","version":"2"} on Base, {"name":"USDC","version":"2"} on Base Sepolia.',
    run: (observations) => eachOffer(observations, (offer) => describeRequirements(offer).domain),
  },
  {
    id: "x402-body",
    title: "The body says the same as PAYMENT-REQUIRED",
    severity: "error",
    meaning: "Some clients read the body, others the header: they would be asked different prices.",
    fix: "Write both from one object.",
    run: ({ challenge: { x402, body } }) => {
      if (x402.json?.accepts === undefined) return skip("no x402");
      if (!isJsonObject(body) || body.accepts === undefined) return skip("the body has no accepts");
      return same(body.accepts, x402.json.accepts)
        ? pass
        : fail("accepts of the body is another one than that of the header");
    },
  },
  {
    id: "x402-resource",
    title: "resource.url is the URL that was asked for",
    severity: "warning",
    meaning:
      "Wallets show it, and directories list it: behind a proxy it often names an inner host, or http.",
    fix: "Set the public origin of the server (PUBLIC_URL, trust proxy).",
    run: ({ challenge: { x402 }, url }) => {
      const resource = x402.json?.resource;
      if (!isJsonObject(resource))
        return x402.json === undefined ? skip("no x402") : fail("there is no resource");
      const named = typeof resource.url === "string" ? URL.parse(resource.url) : null;
      if (named === null) return fail("it is no absolute URL");
      const isSame =
        named.host === url.host && named.pathname === url.pathname && named.protocol === url.protocol;
      return isSame ? pass : fail(`it is ${named.href}`);
    },
  },
];

function eachOffer({ challenge }: Observations, complain: (offer: JsonObject) => readonly string[]) {
  const accepts = challenge.x402.json?.accepts;
  if (accepts === undefined || !isJsonArray(accepts)) return skip("no x402 offers");
  return failEach(
    accepts.flatMap((offer, at) => {
      const complaints = isJsonObject(offer) ? complain(offer) : ["it is no object"];
      return complaints.map((complaint) => `accepts[${at}]: ${complaint}`);
    }),
  );
}

function same(left: Json, right: Json): boolean {
  return canonicalJson({ value: left }) === canonicalJson({ value: right });
}
