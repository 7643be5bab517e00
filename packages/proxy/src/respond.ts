import type {
  ChallengeLinks,
  Crypto,
  HeaderList,
  KeyRing,
  Offer,
  PaywallError,
  Quote,
} from "@x402-paywall/core";
import {
  findHeader,
  formatChallenge,
  mintL402,
  sealRequirements,
  toBase64Url,
  toProblem,
} from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import type { RequestHead } from "./decision.ts";
import { describeEndpoint } from "./describe-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PaymentPage, PaymentPageInput } from "@x402-paywall/core";
import { problemPage } from "./problem-page.ts";
import { walletScriptUrl, walletScriptVersion } from "./own/wallet-script.ts";
import { answer, type Refused } from "./response.ts";
import type { Match } from "./match.ts";
import type { Site } from "./site.ts";

export interface RespondOptions {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Origin of the content plane, without a slash at the end. */
  readonly contentUrl: string;
  readonly docsBase: string;
  readonly page?: PaymentPage | undefined;
  readonly walletScript?: string | undefined;
  readonly sandboxPayUrl?: string | undefined;
}

export interface ChallengeRequest {
  readonly request: RequestHead;
  readonly match: Match;
  readonly quote: Quote;
  readonly offers: readonly Offer[];
  /** Why the credential was refused; status 402. */
  readonly error?: PaywallError | undefined;
}

/** The one way out for everything that is not forwarded: challenges and problems, as JSON or as a page. */
export interface Responder {
  challenge(input: ChallengeRequest): Refused;
  problem(request: RequestHead, error: PaywallError): Refused;
}

const PROBLEM_JSON = ["Content-Type", "application/problem+json; charset=utf-8"] as const;
const HTML = ["Content-Type", "text/html; charset=utf-8"] as const;

export function createResponder(options: RespondOptions, site: Site): Responder {
  const realm = new URL(options.contentUrl).host;
  const walletVersion = walletScriptVersion(options);
  return {
    challenge: (input) => {
      const { request, match, quote, offers, error } = input;
      const { endpoint, target } = match;
      const { words, extensions } = describeEndpoint(endpoint, request.method);
      const challenge = formatChallenge({
        quote,
        ...(isTopUp(quote) ? {} : { price: match.price }),
        offers,
        resource: { url: `${options.contentUrl}${site.resource(target)}`, ...words },
        // A top-up is a resource of ours: neither what the endpoint answers, nor repeated by an identifier.
        ...(isTopUp(quote) ? {} : { extensions }),
        realm,
        slug: endpoint.slug,
        keys: options.keys,
        crypto: options.crypto,
        wires: endpoint.wires,
        docsBase: options.docsBase,
        acceptPayment: findHeader(request.headers, "accept-payment"),
        links: linksOf(endpoint, options, site),
        ...(error === undefined ? {} : { error }),
      });
      const { headers } = challenge;
      if (options.page === undefined || !prefersHtml(findHeader(request.headers, "accept"))) {
        return answer(request, 402, [...headers, PROBLEM_JSON], challenge.json);
      }
      const page = options.page({
        ...pageInput(input, options, site),
        ...walletInput(input, walletVersion, site),
      });
      const framing: HeaderList = [
        HTML,
        ["Content-Security-Policy", page.csp],
        ["Referrer-Policy", "no-referrer"],
      ];
      return answer(request, 402, [...headers, ...framing], page.html);
    },
    problem: (request, error) => {
      const document = toProblem(error, options.docsBase);
      const { retryAfter } = error.options;
      const headers: HeaderList = [
        ["Cache-Control", "no-store"],
        ["Vary", "Accept"],
        ...(retryAfter === undefined ? [] : [["Retry-After", String(retryAfter)] as const]),
      ];
      if (!prefersHtml(findHeader(request.headers, "accept"))) {
        return answer(request, error.status, [...headers, PROBLEM_JSON], JSON.stringify(document));
      }
      const { html, csp } = problemPage(document, isTopUpPage(request, site), retryAfter);
      return answer(request, error.status, [...headers, HTML, ["Content-Security-Policy", csp]], html);
    },
  };
}

/** What the payment page is given, for pages of others. */
function linksOf({ slug, mode }: Endpoint, { sandboxPayUrl }: RespondOptions, site: Site): ChallengeLinks {
  return {
    status: site.own(slug, "status"),
    unlock: site.own(slug, "unlock"),
    ...(mode === "test" && sandboxPayUrl !== undefined ? { sandboxPay: sandboxPayUrl } : {}),
  };
}

/** It stands in a frame of the stream page. */
function isTopUpPage({ target }: RequestHead, site: Site): boolean {
  try {
    return site.parse(target)?.own === "topup";
  } catch {
    return false;
  }
}

function isTopUp({ terms }: Quote): boolean {
  return terms.kind !== "use" && terms.into !== undefined;
}

function canChoose({ price, unlisted }: Match): boolean {
  if (unlisted === true) return false;
  return price.model === "pay-what-you-want" || price.model === "metered";
}

/** How a person's wallet pays; nothing where it cannot. */
function walletInput(
  { match: { endpoint }, offers }: ChallengeRequest,
  version: string | undefined,
  site: Site,
): Pick<PaymentPageInput, "walletScriptUrl" | "evmChains"> {
  const chains = offers.flatMap((offer) => (offer.kind === "evm" && offer.chain ? [offer.chain] : []));
  const evmChains = Object.fromEntries(chains.map((chain) => [chain.network, chain]));
  const isOffered = endpoint.wires.includes("x402") && offers.some(({ kind }) => kind === "evm");
  if (version === undefined || !isOffered) return { evmChains };
  return { evmChains, walletScriptUrl: walletScriptUrl(endpoint.slug, version, site) };
}

function pageInput(input: ChallengeRequest, options: RespondOptions, site: Site): PaymentPageInput {
  const { request, match, quote, offers, error } = input;
  const { endpoint, target } = match;
  const { keys, crypto } = options;
  const resourcePath = site.resource(target);
  const lightning = offers.find((offer) => offer.kind === "lightning");
  const evm = offers.filter((offer) => offer.kind === "evm");
  return {
    title: endpoint.title,
    description: endpoint.description,
    creatorName: endpoint.creatorName,
    mode: endpoint.mode,
    quote,
    ...(isTopUp(quote) ? {} : { price: match.price }),
    kind: endpoint.kind,
    chooseUrl: canChoose(match) ? site.own(endpoint.slug, "pay") : null,
    resourceUrl: `${options.contentUrl}${resourcePath}`,
    method: request.method,
    lightning:
      lightning === undefined
        ? null
        : {
            bolt11: lightning.bolt11,
            paymentHash: lightning.paymentHash,
            amountMsat: lightning.amount,
            token: mintL402({ quote, paymentHash: lightning.paymentHash, slug: endpoint.slug, keys, crypto }),
          },
    evm: endpoint.wires.includes("x402")
      ? evm.map(({ requirements }) => sealRequirements(requirements, quote, keys))
      : [],
    statusUrl: site.own(endpoint.slug, "status"),
    unlockUrl: site.own(endpoint.slug, "unlock"),
    resourcePath,
    sandboxPayUrl: endpoint.mode === "test" ? (options.sandboxPayUrl ?? null) : null,
    error: error === undefined ? null : toProblem(error, options.docsBase),
    nonce: toBase64Url(crypto.randomBytes(16)),
  };
}
