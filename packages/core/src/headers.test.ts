import { describe, expect, it } from "vitest";
import { listAccessTokens } from "./access-cookies.ts";
import { findHeader, listHeaders } from "./headers.ts";
import type { HeaderList } from "./headers.ts";

const headers: HeaderList = [
  ["Content-Type", "text/plain"],
  ["X-Many", "1"],
  ["x-many", "2"],
  ["X-MANY", ""],
];

describe("header lists", () => {
  it("are read in any case, in order", () => {
    expect(findHeader(headers, "content-type")).toBe("text/plain");
    expect(findHeader(headers, "X-Many")).toBe("1");
    expect(listHeaders(headers, "x-MANY")).toEqual(["1", "2", ""]);
  });
  it("have nothing where there is nothing", () => {
    expect(findHeader(headers, "x-other")).toBeUndefined();
    expect(listHeaders(headers, "x-other")).toEqual([]);
    expect(findHeader([], "x")).toBeUndefined();
  });
});

describe("listAccessTokens", () => {
  const list = (...lines: string[]) =>
    listAccessTokens(
      lines.map((line) => ["Cookie", line]),
      "pw_access_",
    );
  it("reads one line or several, as HTTP/2 splits them", () => {
    expect(list("pw_access_a=pw_1.x; other=2; pw_access_b=pw_3.y")).toEqual(["pw_1.x", "pw_3.y"]);
    expect(list("pw_access_a=pw_1.x", "pw_access_b=pw_3.y")).toEqual(["pw_1.x", "pw_3.y"]);
    expect(list("a=1;pw_access_a=pw_1.x")).toEqual(["pw_1.x"]);
  });
  it.each([
    "pw_access_a",
    "pw_access_a=",
    "pw_access_a=sk_1.x",
    'pw_access_a="pw_1.x"',
    "pw_access_a=pw_1 x",
    `pw_access_a=pw_${"x".repeat(700)}`,
    "PW_ACCESS_A=pw_1.x",
    "xpw_access_a=pw_1.x",
  ])("finds none in %.60s", (line) => {
    expect(list(line)).toEqual([]);
  });
});
