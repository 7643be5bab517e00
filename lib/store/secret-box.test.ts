import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSecretBox, openUpstreamHeaders, sealUpstreamHeaders } from "./secret-box.ts";

const [old, current] = [randomBytes(32), randomBytes(32)];
const place = { workspaceId: "ws_1", rowId: "ep_1", field: "upstream_headers" };

describe("secret box", () => {
  it("opens what it sealed, whatever it was", () => {
    const box = createSecretBox([current]);
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (plain) => box.open(box.seal(plain, place), place) === plain,
      ),
    );
  });

  it("shows nothing of the secret, and never the same bytes twice", () => {
    const box = createSecretBox([current]);
    const [first, second] = [
      box.seal("sk-canary-0123456789", place),
      box.seal("sk-canary-0123456789", place),
    ];
    expect(Buffer.from(first.bytes).toString("latin1")).not.toContain("canary");
    expect(first.bytes).not.toEqual(second.bytes);
  });

  it("does not open in another place, nor with one bit changed", () => {
    const box = createSecretBox([current]);
    const sealed = box.seal("secret", place);
    for (const other of [
      { ...place, workspaceId: "ws_2" },
      { ...place, rowId: "ep_2" },
      { ...place, field: "other" },
    ]) {
      expect(() => box.open(sealed, other)).toThrow();
    }
    for (let index = 0; index < sealed.bytes.length; index++) {
      const bytes = Uint8Array.from(sealed.bytes, (byte, at) => (at === index ? byte ^ 1 : byte));
      expect(() => box.open({ ...sealed, bytes }, place)).toThrow();
    }
  });

  it("rotates: the new key seals, the old one still opens, until it is taken away", () => {
    const sealed = createSecretBox([old]).seal("secret", place);
    const rotated = createSecretBox([current, old]);
    expect(rotated.open(sealed, place)).toBe("secret");
    expect(rotated.seal("secret", place).keyId).not.toBe(sealed.keyId);
    expect(() => createSecretBox([current]).open(sealed, place)).toThrow("SECRET_KEY does not hold");
  });

  it("binds headers to workspace and endpoint", () => {
    const box = createSecretBox([current]);
    const headers = [
      ["Authorization", "Bearer upstream"],
      ["X-Key", "1"],
    ] as const;
    const sealed = sealUpstreamHeaders(box, "ws_1", "ep_1", headers);
    expect(openUpstreamHeaders(box, "ws_1", "ep_1", sealed)).toEqual(headers);
    expect(() => openUpstreamHeaders(box, "ws_1", "ep_2", sealed)).toThrow();
  });
});
