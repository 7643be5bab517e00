import { describe, expect, it } from "vitest";
import {
  changeLightningForm,
  emptyLightningForm,
  formatInbound,
  isTestable,
  toConnectionInput,
} from "./lightning-form.ts";

describe("what is typed", () => {
  it("is filled by an lndconnect string, and by no other text", () => {
    const pasted = " lndconnect://node.example.com:10009?cert=MIIB-_x&macaroon=AgEDbG5k-_ \n";
    expect(changeLightningForm(emptyLightningForm, { address: pasted })).toMatchObject({
      address: "node.example.com:10009",
      certificate: "MIIB-_x",
      macaroon: "AgEDbG5k-_",
    });
    const typed = { ...emptyLightningForm, macaroon: "0201" };
    expect(changeLightningForm(typed, { address: "node.example.com" })).toEqual({
      ...typed,
      address: "node.example.com",
    });
    // One without a certificate takes the old one away: it is of another node.
    const old = { ...typed, certificate: "old" };
    expect(changeLightningForm(old, { address: "lndconnect://a.example:1?macaroon=x" }).certificate).toBe("");
  });

  it("can be tested once all that is needed is there; a certificate is not", () => {
    const lnd = { ...emptyLightningForm, address: "a:1", macaroon: "02" };
    expect(isTestable(lnd)).toBe(true);
    expect(isTestable({ ...lnd, macaroon: " " })).toBe(false);
    expect(isTestable({ ...lnd, kind: "nwc" })).toBe(false);
    expect(isTestable({ ...lnd, kind: "nwc", uri: "nostr" })).toBe(true);
    expect(isTestable({ ...lnd, kind: "phoenixd", url: "https://a" })).toBe(false);
    expect(isTestable({ ...lnd, kind: "phoenixd", url: "https://a", limitedPassword: "p" })).toBe(true);
  });

  it("is sent as its own kind alone", () => {
    const form = {
      ...emptyLightningForm,
      address: "a:1",
      macaroon: "02",
      uri: "nostr",
      url: "https://a",
      limitedPassword: "p",
    };
    expect(toConnectionInput(form)).toEqual({ kind: "lnd", address: "a:1", certificate: "", macaroon: "02" });
    expect(toConnectionInput({ ...form, kind: "nwc" })).toEqual({ kind: "nwc", uri: "nostr" });
    expect(toConnectionInput({ ...form, kind: "phoenixd" })).toEqual({
      kind: "phoenixd",
      url: "https://a",
      password: "p",
    });
  });
});

it("shows whole satoshi", () => {
  expect(formatInbound("4812000999")).toBe("4,812,000 sat");
  expect(formatInbound("0")).toBe("0 sat");
});
