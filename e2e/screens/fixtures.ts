/** Answers of `/api/v1` for the screenshots: a creator with a month of history. Numbers come from a fixed sequence. */
import type { PriceJson } from "@x402-paywall/core";
import type {
  ApiKeyDto,
  EndpointDto,
  InspectionDto,
  MeDto,
  OverviewDto,
  PaymentDetailDto,
  PaymentDto,
  PriceChangeDto,
  ReceiptDetailDto,
} from "../../lib/query/dto.ts";

const flat = (amount: string): PriceJson => ({ model: "per-request", amount });
const byToken: PriceJson = {
  model: "metered",
  rates: { inputToken: "1000000", outputToken: "4000000" },
  deposit: "500000",
  validSeconds: 2_592_000,
  minimum: "0",
  cap: "50000",
  clampOutput: true,
  onLeave: "cancel",
};

const now = Date.now();
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const contentUrl = "http://127.0.0.1:4020";

const me: MeDto = {
  user: { id: "usr_1", email: "ada@example.com", name: "Ada Lovelace" },
  workspace: { id: "wsp_1", name: "Ada's instruments", anonymous: false, live: false },
  contentUrl,
  msatPerUsd: "1064000",
};

const visitor: MeDto = { user: null, workspace: null, contentUrl, msatPerUsd: "1064000" };

/** @param state of the mock */
export function meIn(state: string): MeDto {
  if (state === "visitor") return visitor;
  const isLive = ["live", "lightning", "both", "away"].includes(state);
  if (!isLive) return me;
  const live = { ...me, workspace: me.workspace && { ...me.workspace, live: true } };
  return state === "live" ? live : { ...live, liveMsatPerUsd: "1021001" };
}

export const inspection: InspectionDto = {
  url: "https://api.example.com/v1/weather?city=Paris",
  reachable: true,
  status: 200,
  kind: "json",
  contentType: "application/json; charset=utf-8",
  bytes: 1834,
  operations: null,
  suggestedTitle: "Weather in Paris",
  suggestedSlug: "weather-paris",
  suggestedPrice: flat("10000"),
  notes: ["Answered in 84 ms.", "No key was needed."],
  sample: {
    contentType: "application/json",
    body: '{"city":"Paris","celsius":11.4,"wind":{"kmh":23,"from":"SW"}}',
  },
};

const base = {
  mode: "test",
  match: "exact",
  routes: [],
  upstreamHeaderNames: [],
  passAuthorization: false,
  bindQuery: true,
  bindBody: false,
  rails: ["sandbox"],
  settleFirst: false,
  sample: null,
  updatedAt: ago(300),
} as const;

export const endpoints: readonly EndpointDto[] = [
  {
    ...base,
    id: "end_weather",
    slug: "weather-paris",
    status: "active",
    kind: "json",
    title: "Weather in Paris",
    description: "Hourly forecast, 48 hours ahead.",
    upstreamUrl: "https://api.example.com/v1/weather?city=Paris",
    match: "prefix",
    price: flat("10000"),
    routes: [
      { id: "rt_1", methods: ["POST"], path: "/v1/forecast", price: flat("25000") },
      { id: "rt_2", methods: null, path: "/v1/history/*", price: flat("400") },
    ],
    upstreamHeaderNames: ["Authorization"],
    url: `${contentUrl}/p/weather-paris`,
    revenue: "184320400",
    paidRequests: 18412,
    createdAt: ago(60 * 24 * 31),
  },
  {
    ...base,
    id: "end_chat",
    slug: "chat",
    status: "paused",
    kind: "stream",
    title: "Small language model",
    description: "",
    upstreamUrl: "https://llm.example.com/v1/chat/completions",
    price: byToken,
    url: `${contentUrl}/p/chat`,
    revenue: "1923000",
    paidRequests: 769,
    createdAt: ago(60 * 24 * 12),
  },
  {
    ...base,
    id: "end_field",
    slug: "field-recordings-2026",
    status: "active",
    kind: "file",
    title: "Field recordings 2026",
    description: "",
    upstreamUrl: "https://files.example.com/field-recordings-2026.zip",
    price: { model: "pay-what-you-want", minimum: "1000000", suggested: "2000000" },
    url: `${contentUrl}/p/field-recordings-2026`,
    revenue: "0",
    paidRequests: 0,
    createdAt: ago(60 * 3),
  },
  {
    ...base,
    id: "end_live",
    slug: "tides",
    mode: "live",
    rails: ["stablecoin"],
    settleFirst: true,
    sample: { contentType: "application/json", body: '{"harbour":"Saint-Malo","high":"06:12"}' },
    status: "active",
    kind: "json",
    title: "Tide tables",
    description: "High and low water for 600 harbours.",
    upstreamUrl: "https://tides.example.com/v2",
    price: flat("4000"),
    url: `${contentUrl}/p/tides`,
    revenue: "8812400",
    paidRequests: 2203,
    createdAt: ago(60 * 24 * 4),
  },
];

const wires = ["x402", "l402", "mpp"] as const;
const states = ["delivered", "delivered", "delivered", "settled", "released", "unknown"] as const;

export const payments: readonly PaymentDto[] = Array.from({ length: 12 }, (_, index) => {
  const endpoint = endpoints[index % 2] ?? endpoints[0];
  const wire = wires[index % 3] ?? "x402";
  return {
    id: `pay_${index}`,
    mode: "test",
    state: states[index % states.length] ?? "delivered",
    endpoint: { id: endpoint?.id ?? "", title: endpoint?.title ?? "", slug: endpoint?.slug ?? "" },
    amount: index % 5 === 4 ? "400" : "10000",
    rail: "sandbox",
    wire,
    payer: wire === "x402" ? "0x036cbd53842c5426634e7929541ec2318f3dcf7e" : null,
    paymentKey: "ln:4f0b8a6d2b1c9e7f3a5d8c6b4e2f1a0d9c8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f",
    receiptId: index % 6 > 3 ? null : "rcp_Q2hlY2tUaGlzT3V0Tm93Q1",
    refunded: ["0", "1000", "0", "10000"][index] ?? "0",
    createdAt: ago(index * index * 7 + 1),
  };
});

const noRefunds: Pick<PaymentDetailDto, "refunds" | "refundable" | "entitlement"> = {
  refunds: [],
  refundable: "10000",
  entitlement: null,
};

/** A deposit of which some was spent and some given back; one refund is not known yet. */
const someRefunds: typeof noRefunds = {
  refunds: [
    {
      id: "ref_2",
      amount: "1500",
      state: "unknown",
      reason: "",
      reference: null,
      createdAt: ago(2),
      settledAt: null,
    },
    {
      id: "ref_1",
      amount: "1000",
      state: "done",
      reason: "Wrong city: asked for Lisbon and was answered for Porto.",
      reference: "0x91b2f04c7d5e8a6b3c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b",
      createdAt: ago(60),
      settledAt: ago(60),
    },
  ],
  refundable: "4500",
  entitlement: {
    id: "ent_0123456789abcdefghijkl",
    mode: "test",
    endpoint: { id: "end_chat", title: "Small language model", slug: "chat" },
    kind: "balance",
    state: "open",
    usesLeft: null,
    deposited: "10000",
    spent: "3000",
    held: "200",
    available: "4500",
    expiresAt: ago(-60 * 24 * 30),
    createdAt: ago(90),
  },
};

/** @param mode `null`: both */
export function endpointsIn(mode: string | null, state: string): readonly EndpointDto[] {
  return endpoints
    .filter((endpoint) => mode === null || endpoint.mode === mode)
    .map((endpoint) =>
      state === "lightning" && endpoint.mode === "live" ? { ...endpoint, rails: ["lightning"] } : endpoint,
    );
}

export function paymentsIn(mode: string | null): readonly PaymentDto[] {
  return mode === "live"
    ? payments.slice(0, 4).map((payment) => ({ ...payment, mode: "live", rail: "stablecoin", wire: "x402" }))
    : payments;
}

export function paymentDetail(id: string): PaymentDetailDto {
  const start = now - 3 * 60_000;
  const at = (ms: number): string => new Date(start + ms).toISOString();
  const payment = payments.find((entry) => entry.id === id) ?? payments[0];
  if (!payment) throw new Error("no payment");
  return {
    ...payment,
    attempts: 1,
    charged: payment.amount,
    bitcoin:
      payment.wire === "x402"
        ? null
        : { msat: "11000", rate: { msatPerUsd: "1064000", asOf: 1_795_470_670 } },
    ...(payment.refunded === "0" ? noRefunds : someRefunds),
    refundHint: null,
    refundDueAt: null,
    timeline: [
      { at: at(0), state: "claimed", detail: "GET /p/weather-paris, presented over x402" },
      { at: at(9), state: "settling", detail: "Upstream answered 200; asking the sandbox facilitator" },
      { at: at(31), state: "settled", detail: "0x7c1e…9a02 for 10000 units of USDC" },
      { at: at(62), state: "delivered", detail: "1,834 bytes" },
    ],
    quote: { id: "q_8mFQ", amount: "10000", expiresAt: 1_795_470_982, bindingHash: "pWn3…" },
  };
}

export const receipt: ReceiptDetailDto = {
  bitcoin: null,
  id: "rcp_Q2hlY2tUaGlzT3V0Tm93Q1",
  mode: "test",
  endpoint: { id: "end_weather", title: "Weather in Paris", slug: "weather-paris" },
  amount: "10000",
  rail: "sandbox",
  wire: "x402",
  payer: "0x036cbd53842c5426634e7929541ec2318f3dcf7e",
  reference: "0x7c1e6f0a3d5b8c9e2f4a6b8d0c1e3f5a7b9d1c3e5f7a9b0c2d4e6f8a0b2c9a02",
  settledAt: ago(12),
  jws: "eyJhbGciOiJFZERTQSIsImtpZCI6IkV4YW1wbGUifQ.eyJpZCI6InJjcF9RMmhsWTJ0VWFHbHpUM1YwVG05M1ExIn0.c2lnbmF0dXJl",
  payload: { id: "rcp_Q2hlY2tUaGlzT3V0Tm93Q1", amount: "10000", rail: "sandbox", wire: "x402" },
};

/** Of a LIVE Lightning payment, with the rate that the payer was told. */
export const lightningReceipt: ReceiptDetailDto = {
  ...receipt,
  mode: "live",
  rail: "lightning",
  wire: "l402",
  payer: null,
  reference: "7c1e6f0a3d5b8c9e2f4a6b8d0c1e3f5a7b9d1c3e5f7a9b0c2d4e6f8a0b2c9a02",
  bitcoin: { msat: "1234000", rate: { msatPerUsd: "1021001", asOf: 1_795_470_670 } },
  amount: "1208618",
  payload: {
    ...receipt.payload,
    amount: "1208618",
    rail: "lightning",
    wire: "l402",
    settled: { asset: "BTC", amount: "1234000", unit: "msat", network: "mainnet" },
    rate: { msatPerUsd: "1021001", asOf: 1_795_470_670 },
  },
};

export const prices: readonly PriceChangeDto[] = [
  {
    at: ago(30),
    by: "API key Build server",
    rule: "POST /v1/chat/completions",
    from: flat("25000"),
    to: byToken,
  },
  { at: ago(300), by: "Ada Lovelace", rule: null, from: flat("8000"), to: flat("10000") },
  {
    at: ago(900),
    by: "Ada Lovelace",
    rule: "ANY /v1/history/*",
    from: { model: "pass", amount: "500000", seconds: 86_400, maxUses: null },
    to: flat("400"),
  },
  { at: ago(60 * 24 * 31), by: "Ada Lovelace", rule: null, from: null, to: flat("8000") },
];

export const apiKeys: readonly ApiKeyDto[] = [
  {
    id: "key_1",
    name: "Build server",
    prefix: "xpw_test_4fQ",
    createdAt: ago(60 * 24 * 9),
    lastUsedAt: ago(4),
  },
  {
    id: "key_2",
    name: "Ada's laptop",
    prefix: "xpw_test_9kZ",
    createdAt: ago(60 * 24 * 2),
    lastUsedAt: null,
  },
];

export function overview(range: OverviewDto["range"]): OverviewDto {
  const count = { "24h": 24, "7d": 7, "30d": 30, "90d": 90 }[range];
  const step = range === "24h" ? 60 : 60 * 24;
  const series = Array.from({ length: count }, (_, index) => {
    const wave = 76 + Math.round(34 * Math.sin(index * 1.7) + 30 * Math.sin(index / 3));
    const byWire = { x402: `${wave * 52_000}`, l402: `${wave * 23_000}`, mpp: `${(wave % 17) * 40_000}` };
    const refunded = index % 5 === 4 ? 1_250_000n : 0n;
    const revenue = Object.values(byWire).reduce((sum, amount) => sum + BigInt(amount), -refunded);
    return {
      at: ago((count - index) * step),
      revenue: `${revenue}`,
      paidRequests: wave * 8,
      refunded: `${refunded}`,
      byWire,
      payers: wave,
      challenges: wave * 11,
    };
  });
  const revenue = series.reduce((sum, bucket) => sum + BigInt(bucket.revenue), 0n);
  const refunded = series.reduce((sum, bucket) => sum + BigInt(bucket.refunded), 0n);
  const paidRequests = series.reduce((sum, bucket) => sum + bucket.paidRequests, 0);
  return {
    range,
    mode: "test",
    series,
    totals: {
      revenue: `${revenue}`,
      refunded: `${refunded}`,
      paidRequests,
      payers: 214,
      challenges: Math.round(paidRequests * 1.4),
    },
    previous: {
      revenue: `${(revenue * 88n) / 100n}`,
      refunded: "0",
      paidRequests: Math.round(paidRequests * 0.9),
      payers: 230,
      challenges: Math.round(paidRequests * 1.4),
    },
    endpoints: endpoints.slice(0, 2).map((endpoint, index) => ({
      id: endpoint.id,
      title: endpoint.title,
      slug: endpoint.slug,
      revenue: `${index === 0 ? revenue - 1_923_000n : 1_923_000n}`,
      paidRequests: endpoint.paidRequests,
    })),
  };
}
