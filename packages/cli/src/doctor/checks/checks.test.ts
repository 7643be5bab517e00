import { type JsonObject, toHex } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  auth,
  challengeOf,
  found,
  observeRight,
  right,
  verdict,
  x402,
} from "../../../test/observed.ts";
import { readRawChallenge } from "../read-raw-challenge.ts";
import { topics } from "./index.ts";
import { describeRequirements } from "./x402-requirements.ts";

observeRight();

describe("each check", () => {
  it("has an id of its own, a title, a meaning and a fix", () => {
    const checks = topics.flatMap(({ checks: list }) => list);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { id, title, meaning, fix } of checks) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect([title.endsWith("."), meaning.endsWith("."), fix.endsWith(".")]).toEqual([false, true, true]);
    }
  });

  it("passes or has nothing to look at where all is right", () => {
    const outcomes = topics.flatMap(({ checks }) => checks.map(({ id, run }) => [id, run(right).outcome]));
    expect(outcomes.filter(([, outcome]) => outcome === "fail")).toEqual([]);
    expect(outcomes.filter(([, outcome]) => outcome === "skip").map(([id]) => id)).toEqual([
      "mpp-order",
      "paid-stream",
    ]);
  });

  it("says nothing of a server without a 402, but for that", () => {
    const nothing = answer(200, "content");
    const without = { bare: nothing, challenge: readRawChallenge(nothing), paid: undefined };
    for (const { checks } of topics)
      for (const { id, run } of checks)
        expect([id, run({ ...right, ...without }).outcome]).toEqual([
          id,
          id === "status-402" ? "fail" : "skip",
        ]);
  });
});

describe("the status", () => {
  it.each([
    [answer(200), "it answered 200: the content is given away"],
    [answer(301, "", [["Location", "/login"]]), "it redirected (301 to /login)"],
    [answer(303), "it redirected (303)"],
    [answer(405), "it answered 405: name the method that is sold with -X"],
    [answer(500), "it answered 500"],
  ])("%#", (bare, said) => {
    expect(found("status-402", { bare })).toBe(said);
  });

  it("is the browser's, too", () => {
    expect(found("page-402", { page: answer(200) })).toBe("a browser was answered 200");
    expect(found("page-402", { page: { failed: "ECONNRESET" } })).toBe(
      "a browser got no answer (ECONNRESET)",
    );
    expect(found("page-402", { page: answer(402) })).toBe(
      "PAYMENT-REQUIRED and WWW-Authenticate is missing there",
    );
  });
});

describe("x402", () => {
  it.each([
    ["eyJ4NDAyVmVyc2lvbiI6Mn0", "its padding (=) is missing"],
    ["ab_-", "it uses the URL alphabet (- or _)"],
    ['{"x402Version":2}', "it has characters that are not base64"],
  ])("%s is not base64", (header, said) => {
    expect(found("x402-base64", { challenge: challengeOf([["PAYMENT-REQUIRED", header]]) })).toBe(said);
  });

  it.each([
    ["bm90IGpzb24=", "it does not decode to a JSON object"],
    [Buffer.from('{"x402Version":"2","accepts":[]}').toString("base64"), 'its x402Version is "2"'],
    [Buffer.from('{"accepts":[]}').toString("base64"), "its x402Version is null"],
    [Buffer.from('{"x402Version":2}').toString("base64"), "it has no list accepts"],
    [Buffer.from('{"x402Version":2,"accepts":[]}').toString("base64"), "its list accepts is empty"],
  ])("%s is not version 2", (header, said) => {
    expect(found("x402-version", { challenge: challengeOf([["PAYMENT-REQUIRED", header]]) })).toBe(said);
  });

  const offer: JsonObject = {
    scheme: "exact",
    network: "eip155:84532",
    amount: "10000",
    asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    payTo: "0x1111111111111111111111111111111111111111",
    maxTimeoutSeconds: 300,
    extra: { name: "USDC", version: "2" },
  };

  it.each<[JsonObject, readonly string[]]>([
    [{}, []],
    [{ scheme: "" }, ["scheme is missing"]],
    [{ network: "base" }, ['network is not CAIP-2: "base"']],
    [{ amount: 10_000 }, ["amount is not a string of whole atomic units: 10000"]],
    [{ amount: "0.01" }, ['amount is not a string of whole atomic units: "0.01"']],
    [{ amount: "007" }, ['amount is not a string of whole atomic units: "007"']],
    [{ asset: "USDC" }, ['asset is no address: "USDC"']],
    [{ payTo: "" }, ["payTo is missing"]],
    [{ payTo: "0x11" }, ['payTo is no address: "0x11"']],
    [{ maxTimeoutSeconds: "300" }, ['maxTimeoutSeconds is no whole number of seconds: "300"']],
    [{ maxTimeoutSeconds: 0 }, ["maxTimeoutSeconds is no whole number of seconds: 0"]],
    [{ network: "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", asset: "EPjFW", payTo: "2wKu" }, []],
  ])("an offer with %j", (change, faults) => {
    expect(describeRequirements({ ...offer, ...change }).shape).toEqual(faults);
  });

  it.each<[JsonObject, readonly string[]]>([
    [{}, []],
    [{ extra: {} }, ["extra.name or extra.version is missing"]],
    [
      { extra: { name: "USD Coin", version: "2" } },
      [`eip155:84532's USDC is {"name":"USDC","version":"2"}, not "USD Coin" "2"`],
    ],
    [{ extra: { assetTransferMethod: "permit2" } }, []],
    [{ scheme: "upto", extra: {} }, []],
    [{ asset: "0x2222222222222222222222222222222222222222", extra: { name: "Mine", version: "7" } }, []],
  ])("the domain of an offer with %j", (change, faults) => {
    expect(describeRequirements({ ...offer, ...change }).domain).toEqual(faults);
  });

  it("is told of each offer by its number, of three at most", () => {
    const challenge = x402({ x402Version: 2, accepts: [offer, {}, 7] });
    expect(found("x402-accepts", { challenge })).toBe(
      "accepts[1]: scheme is missing; accepts[1]: network is not CAIP-2: missing; accepts[1]: amount is not a string of whole atomic units: missing; and 4 more",
    );
  });

  it("names a resource", () => {
    expect(found("x402-resource", { challenge: x402({ accepts: [] }) })).toBe("there is no resource");
    expect(found("x402-resource", { challenge: x402({ resource: { url: "/weather" } }) })).toBe(
      "it is no absolute URL",
    );
  });

  it("says the same in the body, whatever the order of members", () => {
    const accepts = [{ a: 1, b: 2 }];
    const headers = [
      ["PAYMENT-REQUIRED", Buffer.from(JSON.stringify({ accepts })).toString("base64")],
    ] as const;
    const same = challengeOf(headers, '{"accepts":[{"b":2,"a":1}]}');
    expect(verdict("x402-body", { challenge: same }).outcome).toBe("pass");
    expect(verdict("x402-body", { challenge: challengeOf(headers, "{}") }).outcome).toBe("skip");
  });
});

describe("WWW-Authenticate", () => {
  it.each([
    [['Basic realm="x"', 'L402 macaroon="a", invoice="b"'], "basic comes first"],
    [['Payment id="1"', 'LSAT macaroon="a", invoice="b"'], "Payment comes before L402"],
    [['LSAT macaroon="a", invoice="b"', 'Payment id="1"', "Bearer"], "pass"],
    [['Payment id="1"'], "pass"],
    [["Bearer"], "skip"],
  ])("%j", (lines, said) => {
    expect(found("auth-order", { challenge: auth(...lines) })).toBe(said);
  });

  it("is read line by line: one that is broken is named, and hides the rest", () => {
    const challenge = auth('L402 macaroon="a"', 'Payment id="1');
    expect(found("auth-grammar", { challenge })).toBe("a line cannot be parsed");
    expect(verdict("auth-order", { challenge }).outcome).toBe("skip");
    expect(verdict("offers", { challenge }).outcome).toBe("skip");
  });
});

describe("L402", () => {
  const l402 = (macaroon: string, invoice: string) =>
    auth(`L402 macaroon="${macaroon}", invoice="${invoice}"`);
  const own = (name: string): string =>
    right.challenge.auth?.find(({ scheme }) => scheme === "l402")?.params.get(name) ?? "";

  it("has an invoice that is still open", () => {
    expect(found("l402-expiry", { now: right.now + 10_000 })).toMatch(/^it ended 9\d{3} s ago$/);
    expect(verdict("l402-expiry").outcome).toBe("pass");
  });

  it("has a macaroon with the identifier of L402", () => {
    const short = Buffer.concat([Buffer.from([2, 2, 1, 65, 0, 0, 6, 32]), Buffer.alloc(32)]).toString(
      "base64",
    );
    expect(found("l402-macaroon", { challenge: l402(short, own("invoice")) })).toBe(
      "its identifier has 1 bytes, not 66",
    );
    expect(verdict("l402-hash", { challenge: l402(short, own("invoice")) }).outcome).toBe("skip");
  });

  it("names both hashes where they differ", () => {
    const bytes = Buffer.from(own("macaroon"), "base64");
    const at = bytes.indexOf(66) + 1 + 2;
    const hash = toHex(bytes.subarray(at, at + 32));
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    const said = found("l402-hash", { challenge: l402(bytes.toString("base64"), own("invoice")) });
    expect(said).toContain(`the invoice for ${hash.slice(0, 16)}…`);
  });

  it("has an amount", () => {
    const free =
      "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";
    expect(found("l402-invoice", { challenge: l402(own("macaroon"), free) })).toBe("it names no amount");
  });
});

describe("MPP", () => {
  const line = (request: object, more = "") =>
    auth(
      `Payment id="1", realm="r", method="lightning", intent="charge", request="${Buffer.from(JSON.stringify(request)).toString("base64url")}"${more}`,
    );

  it.each([
    [{ amount: "10", currency: "sat" }, "methodDetails.invoice is no BOLT11 invoice"],
    [{ methodDetails: { invoice: "lnbc1" } }, "methodDetails.invoice is no BOLT11 invoice"],
  ])("%j", (request, said) => {
    expect(found("mpp-invoice", { challenge: line(request) })).toBe(said);
  });

  it("agrees with its invoice in each of its words", () => {
    const bolt11 = right.challenge.auth?.find(({ scheme }) => scheme === "l402")?.params.get("invoice") ?? "";
    const request = {
      amount: "10.0",
      currency: "usd",
      methodDetails: { invoice: bolt11, paymentHash: "00" },
    };
    expect(found("mpp-invoice", { challenge: line(request) })).toBe(
      'amount is "10.0", the invoice asks 10 sat; currency is "usd", not "sat"; paymentHash is not that of the invoice',
    );
    expect(
      found("mpp-invoice", {
        challenge: line({ ...request, amount: "10", currency: "BTC", methodDetails: { invoice: bolt11 } }),
        now: right.now + 10_000,
      }),
    ).toBe("the invoice has expired");
  });

  it("says which line it means where there are more", () => {
    const challenge = auth(
      'Payment id="1", realm="r", method="m", intent="i", request="e30"',
      'Payment id="2"',
    );
    expect(found("mpp-parameters", { challenge })).toBe(
      "line 2: realm= is missing; line 2: method= is missing; line 2: intent= is missing; and 1 more",
    );
  });

  it.each([
    ["a b", "it is not base64url without padding"],
    ["e30=", "it is not base64url without padding"],
    ["bm90", "it does not decode to a JSON object"],
    ["eyJiIjoxLCJhIjoyfQ", "its JSON is not canonical"],
    ["eyJhIjoyLCJiIjoxfQ", "pass"],
  ])("request=%s", (request, said) => {
    const challenge = auth(`Payment id="1", realm="r", method="m", intent="i", request="${request}"`);
    expect(found("mpp-request", { challenge })).toBe(said);
  });

  it.each([
    ["tomorrow", "it is no time: tomorrow"],
    ["2020-01-01T00:00:00Z", /^it was \d+ s ago$/],
    ["2199-01-01T00:00:00Z", "pass"],
  ])("expires=%s", (expires, said) => {
    const challenge = line({}, `, expires="${expires}"`);
    expect(found("mpp-expires", { challenge })).toEqual(
      typeof said === "string" ? said : expect.stringMatching(said),
    );
  });
});
