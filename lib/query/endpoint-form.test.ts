import { assert, bigInt, integer, property, array, string } from "fast-check";
import { describe, expect, it } from "vitest";
import type { EndpointDto } from "./dto.ts";
import {
  changedInput,
  emptyForm,
  type EndpointForm,
  errorsFromFields,
  formFromEndpoint,
  formFromInspection,
  moveRow,
  parseEndpointForm,
  parseMethods,
  parsePrice,
} from "./endpoint-form.ts";
import { formatTotal } from "./format.ts";

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
  price: "10000",
  routes: [{ id: "rt_1", methods: ["GET", "POST"], path: "/x/*", price: "400" }],
  upstreamHeaderNames: ["Authorization"],
  passAuthorization: false,
  bindQuery: true,
  bindBody: false,
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

describe("parsePrice", () => {
  it.each([
    ["0.01", "10000"],
    [" $0.0004 ", "400"],
    ["1,234.5", "1234500000"],
    ["0", "0"],
  ])("%s is %s µUSD", (text, expected) => {
    expect(parsePrice(text)).toBe(expected);
  });

  it.each(["", "-1", "1e3", "0,01", "1,23", "0.0000001", "01", "free", "1.", "∞"])("refuses %s", (text) => {
    expect(parsePrice(text)).toBeUndefined();
  });

  it("reads back what is shown", () => {
    assert(
      property(bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(parsePrice(formatTotal(amount))).toBe(amount.toString());
      }),
    );
  });

  it("never throws", () => {
    assert(property(string(), (text) => typeof (parsePrice(text) ?? "") === "string"));
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
      routes: [{ key: "a", methods: "post", path: "/v1/*", price: "0.5" }],
      headers: [
        { key: "b", name: "Authorization", value: "", stored: true },
        { key: "c", name: "X-Key", value: "secret", stored: false },
      ],
    });
    expect(parsed).toEqual({
      ok: true,
      input: {
        url: "https://api.example.com/x",
        price: "10000",
        title: "X",
        description: "",
        slug: "x-1",
        match: "exact",
        routes: [{ methods: ["POST"], path: "/v1/*", price: "500000" }],
        upstreamHeaders: [
          { name: "Authorization", value: null },
          { name: "X-Key", value: "secret" },
        ],
        passAuthorization: false,
        bindQuery: true,
        bindBody: false,
      },
    });
  });

  it.each([
    [{ url: "ftp://x" }, ["url"]],
    [{ price: "ten" }, ["price"]],
    [{ price: "0.00" }, ["price"]],
    [{ title: " " }, ["title"]],
    [{ slug: "-x" }, ["slug"]],
    [{ slug: "Überschrift" }, ["slug"]],
    [
      { routes: [{ key: "a", methods: "G1", path: "v1", price: "" }] },
      ["routes.0.path", "routes.0.methods", "routes.0.price"],
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
      price: "10000",
      routes: [{ methods: ["GET", "POST"], path: "/x/*", price: "400" }],
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
      suggestedPrice: "2500",
      notes: [],
    });
    expect(form).toMatchObject({ price: "0.0025", match: "prefix", slug: "api", title: "API" });
  });
});

describe("changedInput", () => {
  const before = parseEndpointForm(formFromEndpoint(endpoint));
  it("sends only what differs", () => {
    const after = parseEndpointForm({ ...formFromEndpoint(endpoint), price: "0.02", title: "Weather 2" });
    expect(before.ok && after.ok && changedInput(before.input, after.input)).toEqual({
      price: "20000",
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
