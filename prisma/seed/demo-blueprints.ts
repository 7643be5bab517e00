import type { Price } from "@x402-paywall/core";

/** A demo endpoint before it exists. */
export interface Blueprint {
  readonly slug: string;
  readonly kind: "json" | "stream" | "file";
  readonly title: string;
  readonly description: string;
  readonly basePath: string;
  readonly match: "exact" | "prefix";
  readonly price: Price;
  readonly bindQuery: boolean;
  readonly route?: {
    readonly method: string;
    readonly path: string;
    readonly price: Price;
  };
  /** Absent: it has no past. */
  readonly history?: BlueprintHistory;
}

export interface BlueprintHistory {
  readonly method: string;
  /** What was bought, with its price in µUSD; `ruled`: by the route. */
  readonly requests: readonly { readonly path: string; readonly amount: bigint; readonly ruled?: true }[];
  readonly bytes: number;
  readonly seconds: number;
  /** Share of the history's payments. */
  readonly weight: number;
}

const perRequest = (amount: bigint): Price => ({ model: "per-request", amount });
const month = 30 * 86_400;

const metered = {
  model: "metered",
  validSeconds: month,
  minimum: 0n,
  clampOutput: true,
  onLeave: "cancel",
} as const;

/** The first three are what a link costs most simply, and have a month of sales; then one for each other way to charge. */
export const blueprints: readonly Blueprint[] = [
  {
    slug: "demo-json",
    kind: "json",
    title: "Weather and quotes",
    description: "A small JSON API: weather by city, exchange quotes, and a premium report.",
    basePath: "/v1",
    match: "prefix",
    price: perRequest(10_000n),
    bindQuery: true,
    route: { method: "GET", path: "/premium/*", price: perRequest(50_000n) },
    history: {
      method: "GET",
      requests: [
        { path: "/weather", amount: 10_000n },
        { path: "/quotes/BTC", amount: 10_000n },
        { path: "/quotes/ETH", amount: 10_000n },
        { path: "/premium/report", amount: 50_000n, ruled: true },
      ],
      bytes: 420,
      seconds: 0.04,
      weight: 0.55,
    },
  },
  {
    slug: "demo-chat",
    kind: "stream",
    title: "Chat completions",
    description: "An OpenAI-compatible chat completion; with stream: true the answer arrives word by word.",
    basePath: "/v1/chat/completions",
    match: "exact",
    price: perRequest(20_000n),
    bindQuery: false,
    history: {
      method: "POST",
      requests: [{ path: "", amount: 20_000n }],
      bytes: 3_800,
      seconds: 0.9,
      weight: 0.33,
    },
  },
  {
    slug: "demo-file",
    kind: "file",
    title: "Field recordings, 50 MB",
    description: "A large file; players and download managers may ask for parts of it.",
    basePath: "/files/demo.bin",
    match: "exact",
    price: perRequest(50_000n),
    bindQuery: false,
    history: {
      method: "GET",
      requests: [{ path: "", amount: 50_000n }],
      bytes: 52_428_800,
      seconds: 2.5,
      weight: 0.12,
    },
  },
  {
    slug: "demo-tokens",
    kind: "stream",
    title: "Chat, paid by the token",
    description:
      "The same chat completion, charged for the tokens that it used. What is left stays on the balance.",
    basePath: "/v1/chat/completions",
    match: "exact",
    price: {
      ...metered,
      rates: { inputToken: 1_000_000n, outputToken: 4_000_000n },
      deposit: 500_000n,
      cap: 50_000n,
    },
    bindQuery: false,
  },
  {
    slug: "demo-story",
    kind: "stream",
    title: "A story, word by word",
    description:
      "Told as long as the deposit lasts; put another coin on the table and it goes on where it stopped.",
    basePath: "/v1/story",
    match: "exact",
    // A hundred words of the story's 185: somebody who listens sees it run dry.
    price: { ...metered, rates: { outputToken: 100_000_000n }, deposit: 10_000n, cap: 100_000n },
    bindQuery: false,
  },
  {
    slug: "demo-pass",
    kind: "json",
    title: "Weather, one hour",
    description: "One payment opens the whole API for an hour.",
    basePath: "/v1",
    match: "prefix",
    price: { model: "pass", amount: 100_000n, seconds: 3_600, maxUses: null },
    bindQuery: false,
  },
  {
    slug: "demo-bundle",
    kind: "json",
    title: "Weather, ten requests",
    description: "Ten requests for the price of five, within thirty days.",
    basePath: "/v1",
    match: "prefix",
    price: { model: "bundle", amount: 50_000n, uses: 10, validSeconds: month },
    bindQuery: false,
  },
  {
    slug: "demo-models",
    kind: "stream",
    title: "Chat, priced by model",
    description: 'A chat completion whose price follows from the model that is asked: "large" or any other.',
    basePath: "/v1/chat/completions",
    match: "exact",
    price: {
      model: "computed",
      expression: 'body.model == "large" ? 0.05 : 0.01',
      maximum: 50_000n,
    },
    bindQuery: false,
  },
  {
    slug: "demo-tip",
    kind: "json",
    title: "State of paid APIs",
    description: "A report for as much as it is worth to you.",
    basePath: "/v1/premium/report",
    match: "exact",
    price: { model: "pay-what-you-want", minimum: 50_000n, suggested: 500_000n },
    bindQuery: false,
  },
];
