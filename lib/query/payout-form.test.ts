import { describe, expect, it } from "vitest";
import { connected, inspection } from "../../e2e/screens/payout-fixtures.ts";
import { ApiError } from "./api-client.ts";
import {
  describeKind,
  looksSecret,
  networkNames,
  payoutErrors,
  suggestNetworks,
  toggleNetwork,
  warningsOf,
} from "./payout-form.ts";

const account = inspection("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
const contract = inspection("0x1234567890abcdef1234567890abcdef1234567c");
const payout = connected.stablecoin.connected;

describe("what is pasted", () => {
  it.each([
    "5".repeat(64),
    `0x${"Aa".repeat(32)}`,
    "abandon ".repeat(12).trim(),
    "abandon\n".repeat(24).trim(),
  ])("stays in the browser where it looks like a secret", (text) => expect(looksSecret(text)).toBe(true));
  it.each(["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "ada.eth", "", "two words"])(
    "is asked about: %s",
    (text) => expect(looksSecret(text)).toBe(false),
  );
});

describe("the networks to begin with", () => {
  it("are those with real money that need no second thought", () => {
    expect(suggestNetworks(account, null)).toEqual(["eip155:8453", "eip155:137", "eip155:42161"]);
    expect(suggestNetworks(contract, null)).toEqual([]);
  });

  it("are test networks where there is nothing else", () => {
    const networks = account.networks.filter((look) => look.testnet);
    expect(suggestNetworks({ ...account, networks }, null)).toEqual(["eip155:84532"]);
  });

  it("are those that are connected, as far as they are offered", () => {
    expect(suggestNetworks(account, payout)).toEqual(["eip155:8453", "eip155:137"]);
    expect(suggestNetworks(account, payout && { ...payout, networks: ["eip155:1"] })).toHaveLength(3);
  });

  it("keep the order of the instance, whatever is clicked first", () => {
    const one = toggleNetwork(account, ["eip155:137"], "eip155:8453");
    expect(one).toEqual(["eip155:8453", "eip155:137"]);
    expect(toggleNetwork(account, one, "eip155:8453")).toEqual(["eip155:137"]);
  });
});

it("warns of the chosen networks only", () => {
  expect(warningsOf(contract, ["eip155:8453"])).toHaveLength(1);
  expect(warningsOf(contract, [])).toEqual([]);
  expect(warningsOf(account, ["eip155:8453"])).toEqual([]);
});

it("says what an address is on a network", () => {
  expect(account.networks.slice(0, 1).map(describeKind)).toEqual(["Account"]);
  expect(contract.networks.map(describeKind)).toEqual([
    "Contract",
    "Nothing is deployed here",
    undefined,
    undefined,
  ]);
  expect(describeKind({ kind: "account", delegated: true, warning: null })).toContain("EIP-7702");
});

it("puts refusals beside their fields, the first of each", () => {
  const fields = [
    { field: "networks.0", message: "one" },
    { field: "networks.1", message: "two" },
    { field: "address", message: "three" },
  ];
  const error = new ApiError({
    code: "validation_failed",
    status: 422,
    message: "",
    retryable: false,
    fields,
  });
  expect(payoutErrors(error)).toEqual({ networks: "one", address: "three" });
  expect(payoutErrors(new Error("other"))).toEqual({});
});

it("calls a network that the instance has no more by its id", () => {
  expect(networkNames(connected.stablecoin, { networks: ["eip155:137", "eip155:1"] })).toBe(
    "Polygon, eip155:1",
  );
});
