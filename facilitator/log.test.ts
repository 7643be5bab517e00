import { HttpRequestError, RpcRequestError } from "viem";
import { expect, it } from "vitest";
import { createLog, createRedactor, describeError } from "./log.ts";

const key = "0xabcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789";
const url = "https://rpc.example/v2/SECRET-OF-THE-RPC";

it("cuts out exact secrets in any case, signatures, URLs and credentials", () => {
  const redact = createRedactor([key, key.slice(2), "token(with)[meta]"]);
  const text = `${key} ${key.slice(2).toUpperCase()} token(with)[meta] ${url}?x=1 Bearer abc.def 0x${"1f".repeat(65)}`;
  expect(redact(text)).toBe(Array.from({ length: 6 }, () => "[redacted]").join(" "));
  const hash = `0x${"1f".repeat(32)}`;
  expect(redact(hash)).toBe(hash);
});

it("says what kind of fault an error of viem is, and nothing of its request", () => {
  const body = { method: "eth_sendRawTransaction", params: ["0xSIGNED"] };
  const http = new HttpRequestError({ url, body, status: 401, details: `denied for ${url}` });
  const rpc = new RpcRequestError({ url, body, error: { code: -32_000, message: "nonce too low" } });
  expect(describeError(http)).toBe("HttpRequestError 401: HTTP request failed.");
  expect(describeError(rpc)).toContain("RpcRequestError -32000: RPC Request failed.");
  for (const error of [http, rpc, new Error("outer", { cause: http })])
    expect(describeError(error)).not.toMatch(/SECRET|SIGNED|denied/);
});

it("writes one JSON object a line, redacted as a whole", () => {
  const lines: string[] = [];
  const log = createLog(createRedactor([key]), (line) => lines.push(line));
  log.error("It failed", new Error(`the key is ${key}`), { hash: key });
  log.info("fine");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      at: expect.any(String),
      level: "error",
      message: "It failed",
      hash: "[redacted]",
      error: "Error: the key is [redacted]",
    },
    { at: expect.any(String), level: "info", message: "fine" },
  ]);
});
