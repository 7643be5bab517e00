import { assert, integer, property, array } from "fast-check";
import { describe, expect, it } from "vitest";
import type { EndpointDto } from "./dto.ts";
import {
  changedInput,
  emptyForm,
  type EndpointForm,
  formFromEndpoint,
  formFromInspection,
  moveRow,
  parseEndpointForm,
  parseMethods,
  parsePrices,
} from "./endpoint-form.ts";
import { errorsFromFields } from "./form-errors.ts";
import { emptyPrice } from "./price-form.ts";

const flat = (amount: string) => ({ model: "per-request", amount }) as const;
const typed = (amount: string) => ({ ...emptyPrice, perRequest: { amount } });
const bundle = { model: "bundle", amount: "1000000", uses: 10, validSeconds: 3_600 } as const;

const endpoint: EndpointDto = {
  id: "end_1",
  slug: "weather",
  mode: "test",
  status: "active",
  kind: "json",
  title: "Weather",
  description: "",
  upstreamUrl: "https://api.example.com/v1",
  match: "prefix",
  price: flat("10000"),
  routes: [{ id: "rt_1", methods: ["GET", "POST"], path: "/x/*", price: bundle }],
  upstreamHeaderNames: ["Authorization"],
  passAuthorization: false,
  bindQuery: true,
  bindBody: false,
  rails: ["sandbox"],
  settleFirst: false,
  sample: null,
  url: "http://127.0.0.1:4020/p/weather",
  revenue: "0",
  paidRequests: 0,
  createdAt: "2026-11-01T00:00:00Z",
  updatedAt: "2026-11-01T00:00:00Z",
};

const valid: EndpointForm = { ...emptyForm, url: "https://api.example.com/x", title: "X" };

function errorsOf(form: EndpointForm): readonly string[] {
  const parsed = parseEndpointForm(form);
  return parsed.ok ? [] : Object.keys(parsed.errors);
}

describe("parsePrices", () => {
  it("needs nothing but the prices, and names each wrong one", () => {
    expect(parsePrices({ ...emptyForm, routes: [] })).toEqual({ ok: true, price: flat("10000"), routes: [] });
    const wrong = { ...emptyPrice, model: "pass", pass: { ...emptyPrice.pass, amount: "" } } as const;
    const routes = [typed("0"), wrong].map((price, index) => ({
      key: `${index}`,
      methods: "",
      path: "/",
      price,
    }));
    const parsed = parsePrices({ price: typed(""), routes });
    expect(parsed.ok ? {} : Object.keys(parsed.errors)).toEqual(["price.amount", "routes.1.price.amount"]);
  });
});

describe("parseMethods", () => {
  it.each([
    ["", null],
    ["*", null],
    ["get, post", ["GET", "POST"]],
    ["GET get", ["GET"]],
    ["PO ST!", undefined],
    ["GET, *", undefined],
  ])("%j", (text, expected) => {
    expect(parseMethods(text)).toEqual(expected);
  });
});

describe("parseEndpointForm", () => {
  it("gives the API's input", () => {
    const parsed = parseEndpointForm({
      ...valid,
      slug: "x-1",
      routes: [{ key: "a", methods: "post", path: "/v1/*", price: typed("0.5") }],
      headers: [
        { key: "b", name: "Authorization", value: "", stored: true },
        { key: "c", name: "X-Key", value: "secret", stored: false },
      ],
    });
    expect(parsed).toEqual({
      ok: true,
      input: {
        url: "https://api.example.com/x",
        kind: "json",
        price: flat("10000"),
        title: "X",
        description: "",
        slug: "x-1",
        match: "exact",
        routes: [{ methods: ["POST"], path: "/v1/*", price: flat("500000") }],
        upstreamHeaders: [
          { name: "Authorization", value: null },
          { name: "X-Key", value: "secret" },
        ],
        passAuthorization: false,
        bindQuery: true,
        bindBody: false,
        settleFirst: false,
        sample: null,
      },
    });
  });

  it.each([
    [{ url: "ftp://x" }, ["url"]],
    [{ price: typed("ten") }, ["price.amount"]],
    [{ price: typed("0.00") }, ["price.amount"]],
    [{ title: " " }, ["title"]],
    [{ slug: "-x" }, ["slug"]],
    [{ slug: "Überschrift" }, ["slug"]],
    [
      { routes: [{ key: "a", methods: "G1", path: "v1", price: typed("") }] },
      ["routes.0.path", "routes.0.methods", "routes.0.price.amount"],
    ],
    [{ headers: [{ key: "a", name: "X Y", value: "1", stored: false }] }, ["upstreamHeaders.0.name"]],
    [{ headers: [{ key: "a", name: "X-Y", value: "", stored: false }] }, ["upstreamHeaders.0.value"]],
    [
      {
        headers: [
          { key: "a", name: "X-Y", value: "1", stored: false },
          { key: "b", name: "x-y", value: "2", stored: false },
        ],
      },
      ["upstreamHeaders.1.name"],
    ],
  ])("says which field of %j is wrong", (change, fields) => {
    expect(errorsOf({ ...valid, ...change })).toEqual(fields);
  });

  it("takes an untouched endpoint back unchanged", () => {
    const parsed = parseEndpointForm(formFromEndpoint(endpoint));
    expect(parsed.ok && parsed.input).toMatchObject({
      url: endpoint.upstreamUrl,
      price: flat("10000"),
      routes: [{ methods: ["GET", "POST"], path: "/x/*", price: bundle }],
      upstreamHeaders: [{ name: "Authorization", value: null }],
    });
  });

  it("starts from what the server saw", () => {
    const form = formFromInspection({
      url: "https://api.example.com/openapi.json",
      reachable: true,
      status: 200,
      kind: "openapi",
      contentType: "application/json",
      bytes: 10,
      operations: 3,
      suggestedTitle: "API",
      suggestedSlug: "api",
      suggestedPrice: flat("2500"),
      notes: [],
      sample: { contentType: "application/json", body: "{}" },
    });
    expect(form).toMatchObject({
      price: typed("0.0025"),
      kind: "openapi",
      match: "prefix",
      slug: "api",
      title: "API",
      // Published only where its creator says so.
      sample: { contentType: "", body: "" },
    });
  });

  it("reads a sample whole or not at all, and names what is missing", () => {
    const withSample = (contentType: string, body: string) => ({ ...valid, sample: { contentType, body } });
    const sampleOf = (form: EndpointForm) => {
      const parsed = parseEndpointForm(form);
      return parsed.ok ? parsed.input.sample : parsed.errors;
    };
    expect(sampleOf(valid)).toBeNull();
    expect(sampleOf(withSample("application/json", '{"a": 1}'))).toEqual({
      contentType: "application/json",
      body: '{"a": 1}',
    });
    expect(Object.keys(sampleOf(withSample("", "{}")) ?? {})).toEqual(["sample.contentType"]);
    expect(Object.keys(sampleOf(withSample("text/plain", "")) ?? {})).toEqual(["sample.body"]);
    expect(Object.keys(sampleOf(withSample("application/json; charset=utf-8", "{")) ?? {})).toEqual([
      "sample.body",
    ]);
    expect(Object.keys(sampleOf(withSample("text/plain", "é".repeat(2_049))) ?? {})).toEqual(["sample.body"]);
  });
});

describe("changedInput", () => {
  const before = parseEndpointForm(formFromEndpoint(endpoint));
  it("sends only what differs", () => {
    const after = parseEndpointForm({
      ...formFromEndpoint(endpoint),
      price: typed("0.02"),
      title: "Weather 2",
    });
    expect(before.ok && after.ok && changedInput(before.input, after.input)).toEqual({
      price: flat("20000"),
      title: "Weather 2",
    });
  });
  it("sends nothing for nothing", () => {
    expect(before.ok && changedInput(before.input, before.input)).toEqual({});
  });
});

describe("rows and refusals", () => {
  it("moves a row by one and stops at the ends", () => {
    expect(moveRow(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moveRow(["a", "b", "c"], 1, 1)).toEqual(["a", "c", "b"]);
    expect(moveRow(["a", "b"], 0, -1)).toEqual(["a", "b"]);
    expect(moveRow(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });

  it("loses no row, whatever is moved", () => {
    assert(
      property(array(integer()), integer({ min: -2, max: 12 }), (rows, index) => {
        expect([...moveRow(rows, index, 1)].toSorted()).toEqual(rows.toSorted());
      }),
    );
  });

  it("finds the field of a refusal in either spelling", () => {
    expect(
      errorsFromFields([
        { field: "routes[0].path", message: "a" },
        { field: "routes.1.path", message: "b" },
      ]),
    ).toEqual({ "routes.0.path": "a", "routes.1.path": "b" });
  });
});
