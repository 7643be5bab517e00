import { describe, expect, it } from "vitest";
import { redact } from "./log.ts";

describe("redact", () => {
  const canaries: Record<string, string> = {
    "an L402 credential": "Authorization: L402 AgEEbHNhdAJCAABbYWJj:0123456789abcdef0123456789abcdef",
    "an access token": "cookie pw_abcdefghijklmnopqrstuvwxyz012345",
    "an API key": "key pk_abcdefghijklmnopqrstuvwxyz0123456789",
    "a preimage in JSON": '{"preimage":"00112233445566778899aabbccddeeff"}',
    "a password in a form": "password=correct-horse-battery",
    "a database URL": "connect postgres://owner:hunter2secret@db:5432/x",
  };
  it.each(Object.entries(canaries))("cuts %s", (_name, line) => {
    const cut = redact(line);
    expect(cut).toContain("[redacted]");
    for (const word of [
      "0123456789abcdef0123",
      "abcdefghijklmnopqrstuvwxyz",
      "aabbccddeeff",
      "horse",
      "hunter2",
    ]) {
      expect(cut).not.toContain(word);
    }
  });

  it("leaves other lines alone", () => {
    expect(redact("gateway ready on port 4020 for http://127.0.0.1:4020")).toBe(
      "gateway ready on port 4020 for http://127.0.0.1:4020",
    );
  });
});
