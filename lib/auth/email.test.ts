import { describe, expect, it } from "vitest";
import { parseEmail } from "./email.ts";

describe("email", () => {
  it.each([
    ["A@x.com", "a@x.com"],
    ["  ada+tag@Example.COM ", "ada+tag@example.com"],
    ["demo@localhost", "demo@localhost"],
  ])("has one spelling: %j", (text, expected) => {
    expect(parseEmail(text)).toBe(expected);
  });

  it.each([
    "a@x.com,b@evil.com",
    "a@x.com\nBcc: b@evil.com",
    "a@x.com\r",
    "a@x.com b@evil.com",
    "Ada <a@x.com>",
    "a@x",
    "@x.com",
    "a@-x.com",
    "a@x..com",
    "аda@example.com",
    "a@exаmple.com",
    `${"a".repeat(65)}@x.com`,
    `a@${"x".repeat(260)}.com`,
    "a\0@x.com",
    "",
  ])("refuses %j", (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });
});
