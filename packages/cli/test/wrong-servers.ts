import { findHeader } from "@x402-paywall/core";
import {
  changeAuth,
  changeX402,
  credentials,
  give,
  has,
  on402,
  onPaid,
  set,
  type WrongServer,
} from "./spoil.ts";

let spent = "";

/** Mistakes as they have been made, each alone in an otherwise right server. */
export const wrongServers: readonly WrongServer[] = [
  {
    name: "asks to sign in",
    faults: ["status-402"],
    instead: (_, response) => give(response, 401),
  },
  {
    name: "sends people to a page",
    faults: ["status-402"],
    instead: (_, response) => {
      response.writeHead(302, { location: "https://pay.example/checkout" }).end();
      return true;
    },
  },
  {
    name: "gives it away",
    faults: ["status-402"],
    instead: (_, response) => give(response),
  },
  {
    name: "shows a browser a login",
    faults: ["page-402"],
    instead: (request, response) =>
      (request.headers.accept ?? "").startsWith("text/html") && give(response, 401),
  },
  {
    name: "answers 402 with a page and nothing else",
    faults: ["offers", "problem"],
    spoil: on402((answer) => {
      answer.headers = set(set(answer.headers, "PAYMENT-REQUIRED", undefined), "WWW-Authenticate", undefined);
      answer.headers = set(answer.headers, "Content-Type", "text/html");
      answer.body = Buffer.from("<h1>Please pay</h1>");
    }),
  },
  {
    name: "has x402 in the body alone",
    faults: ["x402-header"],
    spoil: on402((answer) => {
      answer.headers = set(answer.headers, "PAYMENT-REQUIRED", undefined);
    }),
  },
  {
    name: "encodes for URLs",
    faults: ["x402-base64"],
    spoil: changeX402((required) => {
      // Three bytes that have another letter in each alphabet.
      required.error = "~~~???>>>";
    }, "base64url"),
  },
  {
    name: "speaks version 1 in the header of version 2",
    faults: ["x402-version"],
    spoil: changeX402((required) => {
      required.x402Version = 1;
    }),
  },
  {
    name: "forgets payTo, and writes the amount as a number of dollars",
    faults: ["x402-accepts"],
    spoil: changeX402(({ accepts: [offer] }) => {
      delete offer["payTo"];
      offer["amount"] = 0.01;
    }),
  },
  {
    name: "names networks as version 1 did",
    faults: ["x402-accepts"],
    spoil: changeX402(({ accepts: [offer] }) => {
      offer["network"] = "base-sepolia";
    }),
  },
  {
    name: "has the domain of another chain's USDC",
    faults: ["x402-domain"],
    spoil: changeX402(({ accepts: [offer] }) => {
      offer.extra["name"] = "USD Coin";
    }),
  },
  {
    name: "asks one price in the header and another one in the body",
    faults: ["x402-body"],
    spoil: on402((answer) => {
      const body = JSON.parse(Buffer.from(answer.body).toString());
      body.accepts[0].amount = "20000";
      answer.body = Buffer.from(JSON.stringify(body));
    }),
  },
  {
    name: "names the host behind its proxy",
    faults: ["x402-resource"],
    spoil: changeX402((required) => {
      required.resource.url = "http://app:3000/weather";
    }),
  },
  {
    name: "puts Bearer first",
    faults: ["auth-order"],
    spoil: changeAuth((lines) => ['Bearer realm="api"', ...lines]),
  },
  {
    name: "puts Payment before L402",
    faults: ["auth-order"],
    spoil: changeAuth((lines) => lines.toReversed()),
  },
  {
    name: "writes WWW-Authenticate as JSON",
    faults: ["auth-grammar"],
    spoil: changeAuth(() => ['L402 {"macaroon": "x"}']),
  },
  {
    name: "offers a card before lightning",
    faults: ["mpp-order"],
    spoil: changeAuth(([l402 = "", mpp = ""]) => [
      l402,
      mpp.replace('method="lightning"', 'method="stripe"').replace(/request="[^"]+"/, 'request="e30"'),
      mpp,
    ]),
  },
  {
    name: "has token= without macaroon=",
    faults: ["l402-parameters"],
    spoil: changeAuth(([l402 = "", ...rest]) => [l402.replace(/macaroon="[^"]+", /, ""), ...rest]),
  },
  {
    name: "sends a macaroon that is none",
    faults: ["l402-macaroon"],
    spoil: changeAuth(([l402 = "", ...rest]) => [
      l402.replace(/macaroon="[^"]+"/, 'macaroon="bm9uZQ=="'),
      ...rest,
    ]),
  },
  {
    name: "breaks the invoice",
    faults: ["l402-invoice"],
    spoil: changeAuth(([l402 = "", ...rest]) => [l402.replace(/invoice="(\w+)\w"/, 'invoice="$1"'), ...rest]),
  },
  {
    name: "keeps the macaroon of another invoice",
    faults: ["l402-hash"],
    spoil: (() => {
      let first: string | undefined;
      return changeAuth(([l402 = "", ...rest]) => {
        const [, macaroon = ""] = /macaroon="([^"]+)"/.exec(l402) ?? [];
        const bytes = Buffer.from(first ?? macaroon, "base64");
        // Of the payment hash inside of the identifier.
        bytes[20] = (bytes[20] ?? 0) ^ 1;
        first ??= macaroon;
        return [l402.replace(/macaroon="[^"]+"/, `macaroon="${bytes.toString("base64")}"`), ...rest];
      });
    })(),
  },
  {
    name: "forgets request=",
    faults: ["mpp-parameters"],
    spoil: changeAuth(([l402 = "", mpp = ""]) => [l402, mpp.replace(/request="[^"]+", /, "")]),
  },
  {
    name: "writes the request with spaces",
    faults: ["mpp-request"],
    spoil: changeAuth(([l402 = "", mpp = ""]) => [
      l402,
      mpp.replace(/request="([^"]+)"/, (_, request: string) => {
        const json = JSON.parse(Buffer.from(request, "base64url").toString());
        return `request="${Buffer.from(JSON.stringify(json, undefined, 1)).toString("base64url")}"`;
      }),
    ]),
  },
  {
    name: "asks more than its invoice",
    faults: ["mpp-invoice"],
    spoil: changeAuth(([l402 = "", mpp = ""]) => [
      l402,
      mpp.replace(/request="([^"]+)"/, (_, request: string) => {
        const text = Buffer.from(request, "base64url").toString().replace('"amount":"10"', '"amount":"11"');
        return `request="${Buffer.from(text).toString("base64url")}"`;
      }),
    ]),
  },
  {
    name: "sends challenges of yesterday",
    faults: ["mpp-expires"],
    spoil: changeAuth(([l402 = "", mpp = ""]) => [
      l402,
      mpp.replace(/expires="[^"]+"/, 'expires="2020-01-01T00:00:00Z"'),
    ]),
  },
  {
    name: "has headers of nine kilobytes",
    faults: ["header-size"],
    spoil: on402((answer) => {
      answer.headers = [...answer.headers, ["X-Padding", "x".repeat(6000)]];
    }),
  },
  {
    name: "lets caches keep the 402",
    faults: ["cache-402"],
    spoil: on402((answer) => {
      answer.headers = set(answer.headers, "Cache-Control", "public, max-age=60");
    }),
  },
  {
    name: "answers with an empty object",
    faults: ["problem"],
    spoil: on402((answer) => {
      answer.headers = set(answer.headers, "Content-Type", "application/json");
      answer.body = Buffer.from("{}");
    }),
  },
  {
    name: "exposes nothing to other origins",
    faults: ["cors-expose"],
    spoil: on402((answer) => {
      answer.headers = set(answer.headers, "Access-Control-Expose-Headers", "Retry-After");
    }),
  },
  {
    name: "asks the preflight to pay",
    faults: ["cors-preflight"],
    spoil: (answer, request) => {
      if (request.headers["access-control-request-method"] !== undefined) answer.status = 402;
    },
  },
  {
    name: "takes any header for a payment",
    faults: ["credential-double", "credential-forged", "credential-garbage"],
    instead: (request, response) => has(request, ...credentials) && give(response),
  },
  {
    name: "looks at the form of a credential alone",
    faults: ["credential-double", "credential-forged"],
    instead: (request, response) => {
      const { authorization = "", "payment-signature": signature = "" } = request.headers;
      return (authorization.length > 200 || String(signature).length > 200) && give(response);
    },
  },
  {
    name: "answers 401 to a bad credential",
    faults: ["credential-forged", "credential-garbage"],
    spoil: (answer, request) => {
      if (has(request, ...credentials) && answer.status !== 400) answer.status = 401;
    },
  },
  {
    name: "falls over garbage",
    faults: ["credential-garbage"],
    instead: (request, response) => {
      const { authorization = "", "payment-signature": signature = "" } = request.headers;
      const isGarbage = signature === "garbage" || authorization.includes("Z2FyYmFnZQ");
      if (isGarbage) response.writeHead(500).end("TypeError");
      return isGarbage;
    },
  },
  {
    name: "prices the path as it is written",
    faults: ["path-tricks"],
    instead: (request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const loose = decodeURIComponent(path.replace("%00", "")).toLowerCase().replaceAll(/\/+/g, "/");
      return path !== "/weather" && loose === "/weather" && give(response);
    },
  },
  {
    name: "does not price what has a query",
    faults: ["query-tricks"],
    instead: (request, response) => /^\/weather\?./.test(request.url ?? "") && give(response),
  },
  {
    name: "answers HEAD for nothing",
    faults: ["method-head"],
    instead: (request, response) => request.method === "HEAD" && give(response),
  },
  {
    name: "has one handler for all methods",
    faults: ["method-options"],
    instead: (request, response) =>
      request.method === "OPTIONS" && !has(request, "access-control-request-method") && give(response),
  },
  {
    name: "believes X-Forwarded-For",
    faults: ["method-override"],
    instead: (request, response) => request.headers["x-forwarded-for"] === "127.0.0.1" && give(response),
  },
  {
    name: "lets caches keep what was paid for",
    pays: true,
    faults: ["paid-cache"],
    spoil: onPaid((answer) => {
      answer.headers = set(answer.headers, "Cache-Control", "public, max-age=3600");
    }),
  },
  {
    name: "sends no receipt",
    pays: true,
    faults: ["paid-receipt"],
    spoil: onPaid((answer) => {
      answer.headers = set(set(answer.headers, "Payment-Receipt", undefined), "PAYMENT-RESPONSE", undefined);
    }),
  },
  {
    name: "sends a receipt of another server",
    pays: true,
    faults: ["paid-receipt"],
    spoil: onPaid((answer) => {
      const value = findHeader(answer.headers, "payment-receipt") ?? "";
      const receipt = JSON.parse(Buffer.from(value, "base64url").toString());
      receipt.jws = receipt.jws.replace(
        /\.[^.]{8}/g,
        (part: string) => `.${Array.from(part.slice(1)).toReversed().join("")}`,
      );
      const spoilt = Buffer.from(JSON.stringify(receipt)).toString("base64url");
      answer.headers = set(answer.headers, "Payment-Receipt", spoilt);
    }),
  },
  {
    name: "sells one payment without end",
    pays: true,
    faults: ["paid-replay"],
    instead: (request, response) =>
      request.headers["payment-signature"] === spent && spent !== "" && give(response),
    spoil: (answer, request) => {
      if (answer.status === 200) spent = String(request.headers["payment-signature"] ?? "");
    },
  },
  {
    name: "takes the first of two credentials",
    pays: true,
    faults: ["credential-double"],
    instead: (request) => {
      // What a server does that looks for x402 and ignores the rest.
      if (has(request, "payment-signature")) delete request.headers.authorization;
      return false;
    },
    spoil: (answer, request) => {
      const isForged = String(request.headers["payment-signature"] ?? "").length < 100;
      if (isForged && answer.status === 400) answer.status = 402;
    },
  },
  {
    name: "takes the money and fails",
    pays: true,
    faults: ["paid-answer"],
    spoil: (answer) => {
      if (answer.status === 200) answer.status = 500;
    },
  },
  {
    name: "holds the stream back until it has ended",
    pays: true,
    path: "/stream",
    faults: ["paid-stream"],
    spoil: () => undefined,
  },
];
