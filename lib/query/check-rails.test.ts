import { describe, expect, it } from "vitest";
import {
  both,
  connected,
  disconnected,
  onlyLightning,
  unavailable,
} from "../../e2e/screens/payout-fixtures.ts";
import { checkRails } from "./check-rails.ts";

const { stablecoin } = connected;
const withNetworks = (networks: readonly string[]) => ({
  ...connected,
  stablecoin: { ...stablecoin, connected: stablecoin.connected && { ...stablecoin.connected, networks } },
});

describe("going LIVE", () => {
  it("needs a rail that is connected and that this instance still has", () => {
    expect(checkRails(disconnected)).toEqual({ ready: false, why: "No payment rail is connected yet." });
    expect(checkRails(unavailable)).toEqual({ ready: false, why: "No payment rail is connected yet." });
    expect(checkRails(withNetworks(["eip155:1"]))).toEqual({
      ready: false,
      why: "This instance offers none of your networks any more.",
    });
    const closed = { ...connected, stablecoin: { ...stablecoin, unavailable: "No facilitator." } };
    expect(checkRails(closed)).toEqual({ ready: false, why: "No facilitator." });
  });

  it("says where the money goes, and where it is worth nothing", () => {
    expect(checkRails(connected)).toMatchObject({
      rails: [{ rail: "stablecoin", networks: "Base, Polygon", worthless: false }],
    });
    expect(checkRails(withNetworks(["eip155:84532"]))).toMatchObject({ rails: [{ worthless: true }] });
    const regtest = {
      ...onlyLightning,
      lightning: { ...onlyLightning.lightning, network: "regtest" as const },
    };
    expect(checkRails(regtest)).toMatchObject({ rails: [{ rail: "lightning", worthless: true }] });
  });

  it("is possible over any of them, and names all; one that does not answer says why", () => {
    expect(checkRails(onlyLightning)).toMatchObject({
      ready: true,
      rails: [{ rail: "lightning", kind: "lnd", problem: null, worthless: false }],
    });
    expect(checkRails(both("unavailable"))).toMatchObject({
      rails: [
        { rail: "stablecoin" },
        { rail: "lightning", problem: "The node is locked, or still starting." },
      ],
    });
  });
});
