import { expect, it } from "vitest";
import { nodePlatform } from "../node/embed/node-paywall.ts";
import { sandbox } from "../rails/sandbox/index.ts";
import { PaywallConfigError } from "./config-error.ts";
import { createEmbeddedPaywall } from "./embedded-paywall.ts";
import { loadSdk } from "./load-sdk.ts";

const missing = (name: string, code = "ERR_MODULE_NOT_FOUND") =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/rail.js`), { code });

it("fails with the rail's own module where its SDK is not installed: one error that names field and fix", async () => {
  const rail: string = "../../test/rail-without-sdk.ts";
  const error: unknown = await import(/* @vite-ignore */ rail).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PaywallConfigError);
  expect(error).toMatchObject({
    field: "rails",
    message:
      "rails: This rail needs the package @x402-paywall/no-such-sdk. Install it: npm install @x402-paywall/no-such-sdk",
  });
});

it("gives a rail its SDK where it is installed", async () => {
  const { moneyRail } = await import("../../test/rail-with-sdk.ts");
  const open = () =>
    createEmbeddedPaywall(
      { secret: "load-sdk-secret-0123456789abcdefgh", url: "http://localhost:3000", rails: [moneyRail()] },
      nodePlatform,
      sandbox(),
    );
  expect(open).not.toThrow();
});

it.each(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])("knows %s", async (code) => {
  await expect(loadSdk("ln-service", () => Promise.reject(missing("ln-service", code)))).rejects.toThrow(
    PaywallConfigError,
  );
});

it.each([
  ["something that the SDK itself needs is missing", missing("long")],
  ["the SDK fails to load", new Error("ln-service: Cannot find 'ln-service' node")],
  ["whatever is thrown", "no error at all"],
])("passes on that %s", async (_, thrown) => {
  const error: unknown = await loadSdk("ln-service", () => Promise.reject(thrown)).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBe(thrown);
});
