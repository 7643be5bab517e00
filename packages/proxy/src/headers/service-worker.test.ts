import { describe, expect, it } from "vitest";
import { isServiceWorkerScript } from "./service-worker.ts";

describe("isServiceWorkerScript", () => {
  it.each([
    ["Service-Worker", "script", true],
    ["Sec-Fetch-Dest", "serviceworker", true],
    ["Sec-Fetch-Dest", "script", false],
    ["Accept", "service-worker", false],
  ])("%s: %s is %s", (name, value, expected) => {
    expect(isServiceWorkerScript([[name, value]])).toBe(expected);
  });
});
