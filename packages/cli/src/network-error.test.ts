import { expect, it } from "vitest";
import { codeOf, toUnreachable } from "./network-error.ts";
import { isLoopback, readUrl } from "./read-url.ts";

const coded = (code: string, cause?: unknown): Error =>
  Object.assign(new Error("failed", { cause }), { code });

it("finds the code wherever in the chain of causes it stands", () => {
  expect(codeOf(coded("ECONNREFUSED"))).toBe("ECONNREFUSED");
  expect(codeOf(new TypeError("fetch failed", { cause: coded("ENOTFOUND") }))).toBe("ENOTFOUND");
  expect(codeOf(new TypeError("fetch failed", { cause: new AggregateError([coded("ECONNREFUSED")]) }))).toBe(
    "ECONNREFUSED",
  );
  expect(codeOf(new Error("no code"))).toBe("");
  expect(codeOf("text")).toBe("");
});

it.each([
  ["ECONNREFUSED", "nothing listens there", "Start the server"],
  ["ENOTFOUND", "the name is not known", "Check the spelling"],
  ["CERT_HAS_EXPIRED", "its certificate has expired", "Renew"],
  ["EPROTO", "it does not speak TLS there", "Write http://"],
  ["UND_ERR_HEADERS_OVERFLOW", "its headers have more than 16 kB", "shorter"],
  ["ESTRANGE", "failed (ESTRANGE)", "Check the URL"],
])("says %s in words, and what to do", (code, said, fix) => {
  const error = toUnreachable(coded(code), "https://a.example");
  expect(error).toMatchObject({
    exit: "unreachable",
    message: `https://a.example does not answer: ${said}.`,
  });
  expect(error.fix).toContain(fix);
});

it("says what a fetch failed with that has no code", () => {
  const error = toUnreachable(new TypeError("fetch failed", { cause: new Error("bad port") }), "http://a:1");
  expect(error.message).toBe("http://a:1 does not answer: bad port.");
});

it.each([
  ["localhost:3000/x", "http://localhost:3000/x"],
  ["127.0.0.1", "http://127.0.0.1/"],
  ["[::1]:80/", "http://[::1]/"],
  ["https://a.example", "https://a.example/"],
])("reads %s as %s", (text, url) => {
  expect(readUrl(text).href).toBe(url);
});

it.each(["", "a.example", "ftp://a.example", "/x", "javascript:1", "localhostx/"])(
  "does not read %j",
  (text) => {
    expect(() => readUrl(text)).toThrow("is no http(s) URL");
  },
);

it.each([
  ["localhost", true],
  ["app.localhost", true],
  ["127.0.0.1", true],
  ["127.255.1.2", true],
  ["[::1]", true],
  ["128.0.0.1", false],
  ["localhost.example", false],
  ["127.0.0.1.example", false],
])("%s is this machine: %s", (host, own) => {
  expect(isLoopback(host)).toBe(own);
});
