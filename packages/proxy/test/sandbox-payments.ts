import { EXACT_PROXY_ADDRESS } from "../src/evm/permit2-digest.ts";
import type { SandboxRail } from "../src/rails/sandbox/sandbox-rail.ts";
import type { RailPayment } from "../src/testing/rail-harness.ts";
import { authorize, meteredQuote, NOW, payer, payInvoice, permit, quote } from "./sandbox-fixtures.ts";

const stranger = `0x${"22".repeat(20)}`;

/** Every kind of money that the sandbox takes, for the contract suite. @param remembers Whether its ledger does. */
export function sandboxPayments(
  rail: SandboxRail,
  { remembers }: { readonly remembers: boolean },
): readonly RailPayment[] {
  return [lightning(rail), exact(rail, remembers), upto(rail, remembers)];
}

function lightning(rail: SandboxRail): RailPayment {
  return {
    name: "lightning",
    quote,
    pay: (priced) => payInvoice(rail, priced),
    // The money moves with the wallet, which may or may not tell the ledger.
    remembers: false,
    bad: [
      { name: "another preimage", pay: (priced) => payInvoice(rail, priced, { preimage: "ab".repeat(32) }) },
      { name: "no preimage", pay: (priced) => payInvoice(rail, priced, { preimage: "" }) },
      { name: "upper-case", pay: (priced) => payInvoice(rail, priced, { preimage: "AB".repeat(32) }) },
    ],
  };
}

function exact(rail: SandboxRail, remembers: boolean): RailPayment {
  const bad = (
    name: string,
    authorization: NonNullable<Parameters<typeof authorize>[2]>["authorization"] = {},
    requirements: NonNullable<Parameters<typeof authorize>[2]>["requirements"] = {},
  ): RailPayment["bad"][number] => ({
    name,
    pay: (priced) => authorize(rail, priced, { authorization, requirements }),
  });
  return {
    name: "exact",
    quote,
    pay: (priced) => authorize(rail, priced),
    remembers,
    expiredAt: NOW + 300,
    bad: [
      bad("too little", { value: 9_999n }),
      bad("to somebody else", { to: stranger }),
      bad("in another's name", { from: stranger }),
      bad("another token", {}, { asset: stranger }),
      bad("another network", {}, { network: "eip155:1" }),
      bad("another scheme", {}, { scheme: "upto" }),
      bad("another payee", {}, { payTo: stranger }),
      bad("not yet valid", { validAfter: BigInt(NOW + 10) }),
      {
        name: "of somebody else",
        pay: async (priced) => ({ ...(await authorize(rail, priced)), signature: `0x${"11".repeat(65)}` }),
      },
      {
        name: "another token named, ours signed",
        pay: async (priced) => {
          const proof = await authorize(rail, priced);
          return { ...proof, requirements: { ...proof.requirements, asset: stranger } };
        },
      },
    ],
  };
}

function upto(rail: SandboxRail, remembers: boolean): RailPayment {
  const bad = (
    name: string,
    changes: NonNullable<Parameters<typeof permit>[2]>,
  ): RailPayment["bad"][number] => ({ name, pay: (priced) => permit(rail, priced, changes) });
  const unsigned = (
    name: string,
    change: (permitted: Permitted) => Partial<Permitted>,
  ): RailPayment["bad"][number] => ({
    name,
    pay: async (priced) => {
      const proof = await permit(rail, priced);
      return { ...proof, authorization: { ...proof.authorization, ...change(proof.authorization) } };
    },
  });
  return {
    name: "upto",
    quote: meteredQuote,
    pay: (priced) => permit(rail, priced),
    remembers,
    expiredAt: NOW + 3600,
    bad: [
      bad("a maximum below the one asked for", { authorization: { amount: 999_999n } }),
      bad("a maximum above the one asked for", { authorization: { amount: 1_000_001n } }),
      bad("another token", { authorization: { token: stranger } }),
      bad("another spender", { authorization: { spender: stranger } }),
      bad("Permit2's proxy for exact", {
        authorization: { spender: EXACT_PROXY_ADDRESS.toLowerCase() },
      }),
      bad("the witness of exact", { authorization: { facilitator: null } }),
      bad("a permit of exact that upto's contract may spend", {
        authorization: { facilitator: null },
        requirements: { scheme: "exact" },
      }),
      bad("a permit of exact for another amount than the price", {
        authorization: { facilitator: null, spender: EXACT_PROXY_ADDRESS.toLowerCase(), amount: 1n },
        requirements: { scheme: "exact" },
      }),
      bad("another payee", { authorization: { to: stranger } }),
      bad("another facilitator", { authorization: { facilitator: stranger } }),
      bad("the payer as facilitator", { authorization: { facilitator: payer.address.toLowerCase() } }),
      bad("in another's name", { authorization: { from: stranger } }),
      bad("not yet valid", { authorization: { validAfter: BigInt(NOW + 10) } }),
      bad("a deadline that is over", { authorization: { deadline: BigInt(NOW + 5) } }),
      bad("another chain signed", { chainId: 8453 }),
      bad("another network asked for", { requirements: { network: "eip155:8453" } }),
      bad("another scheme asked for", { requirements: { scheme: "exact" } }),
      bad("another asset asked for", { requirements: { asset: stranger } }),
      bad("another payee asked for", { requirements: { payTo: stranger } }),
      unsigned("a nonce that was not signed", ({ nonce }) => ({ nonce: nonce ^ 1n })),
      unsigned("a deadline that was not signed", ({ deadline }) => ({ deadline: deadline + 1n })),
      unsigned("a start that was not signed", () => ({ validAfter: 1n })),
      {
        name: "another maximum asked for than signed",
        pay: async (priced) => {
          const proof = await permit(rail, priced);
          return { ...proof, requirements: { ...proof.requirements, amount: "1000001" } };
        },
      },
      {
        name: "no signature",
        pay: async (priced) => ({ ...(await permit(rail, priced)), signature: `0x${"11".repeat(65)}` }),
      },
    ],
  };
}

type Permitted = Awaited<ReturnType<typeof permit>>["authorization"];
