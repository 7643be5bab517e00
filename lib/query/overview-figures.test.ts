import { describe, expect, it } from "vitest";
import type { EndpointDto, OverviewDto } from "./dto.ts";
import {
  bucketLabel,
  chartRows,
  healthSentences,
  overviewFigures,
  parseRange,
  wiresOf,
} from "./overview-figures.ts";

const overview: OverviewDto = {
  range: "7d",
  mode: "test",
  totals: { revenue: "1234567000400", refunded: "0", paidRequests: 30, payers: 4, challenges: 60 },
  previous: { revenue: "0", refunded: "0", paidRequests: 30, payers: 8, challenges: 40 },
  series: [
    {
      at: "2026-11-01T00:00:00Z",
      revenue: "30000",
      refunded: "0",
      paidRequests: 3,
      byWire: { zap: "10000", l402: "20000" },
    },
    {
      at: "2026-11-02T00:00:00Z",
      revenue: "0",
      refunded: "0",
      paidRequests: 0,
      byWire: {},
      challenges: 5,
      payers: 1,
    },
    {
      at: "2026-11-03T00:00:00Z",
      revenue: "400",
      refunded: "0",
      paidRequests: 1,
      byWire: { x402: "400" },
      challenges: 4,
      payers: 1,
    },
  ],
  endpoints: [],
};

describe("overviewFigures", () => {
  const [revenue, paid, payers, rate] = overviewFigures(overview);
  it("keeps each unit of the revenue", () => {
    expect(revenue?.value).toBe("$1,234,567.0004");
    expect(revenue?.delta?.text).toBe("new");
    expect(revenue?.spark).toEqual([30_000, 0, 400]);
  });
  it("compares with the span before", () => {
    expect(paid?.delta?.direction).toBe("flat");
    expect(payers?.delta?.text).toBe("−50 %");
    expect(rate?.value).toBe("50.0 %");
    expect(rate?.delta?.text).toBe("−25 pt");
  });
  it("draws a line only from buckets that were counted", () => {
    expect(payers?.spark).toEqual([1, 1]);
    expect(rate?.spark).toEqual([0, 0.25]);
  });
});

describe("chart", () => {
  it("keeps the order of the wires and puts unknown ones last", () => {
    expect(wiresOf(overview)).toEqual(["x402", "l402", "zap"]);
  });
  it("gives each bucket each wire", () => {
    expect(chartRows(overview)[2]).toEqual({
      at: "2026-11-03T00:00:00Z",
      label: bucketLabel("2026-11-03T00:00:00Z", "7d"),
      x402: 0.0004,
      l402: 0,
      zap: 0,
    });
  });
  it("labels hours within a day and days beyond it", () => {
    expect(bucketLabel("2026-11-03T10:00:00Z", "24h")).toMatch(/^\d\d:\d\d$/);
    expect(bucketLabel("2026-11-03T10:00:00Z", "30d")).toMatch(/^\d{1,2} Nov$/);
  });
  it("falls back to a week", () => {
    expect(parseRange("90d")).toBe("90d");
    expect(parseRange("1y")).toBe("7d");
    expect(parseRange(undefined)).toBe("7d");
  });
});

describe("healthSentences", () => {
  const base: EndpointDto = {
    id: "1",
    slug: "weather",
    mode: "test",
    status: "active",
    kind: "json",
    title: "Weather",
    description: "",
    upstreamUrl: "https://x.example",
    match: "exact",
    price: { model: "per-request", amount: "10000" },
    routes: [],
    upstreamHeaderNames: [],
    passAuthorization: false,
    bindQuery: true,
    bindBody: false,
    rails: ["sandbox"],
    settleFirst: false,
    sample: null,
    url: "",
    revenue: "0",
    paidRequests: 0,
    createdAt: "",
    updatedAt: "",
  };
  const make = (change: Partial<EndpointDto>): EndpointDto => ({ ...base, ...change });
  it("puts what needs somebody first and leaves out what is archived", () => {
    const sentences = healthSentences([
      make({}),
      make({ id: "2", title: "Chat", status: "paused" }),
      make({ id: "3", status: "archived" }),
      make({
        id: "4",
        title: "Old",
        paidRequests: 1,
        price: { model: "pass", amount: "2000000", seconds: 86_400, maxUses: null },
        routes: [{ id: "r", methods: null, path: "/", price: { model: "per-request", amount: "0" } }],
      }),
    ]);
    expect(sentences.map((entry) => entry.text)).toEqual([
      "Chat is paused: payers get 503 and nobody is charged.",
      "Weather is active, $0.01 per request; nobody has paid yet.",
      "Old is active, 24 hours for $2.00, 1 rule; 1 paid request so far.",
    ]);
  });
});
