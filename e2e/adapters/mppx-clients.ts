/** mppx as its documentation sets it up; what it calls a method is written on its own extension API. */
import { registerHooks } from "node:module";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { PayingFetch, SandboxWallet } from "../clients.ts";

// This run reads our packages by the condition `source`; a dependency of mppx (eventsource-parser) has one of that name,
// with files that Node does not run. Packages of others are read as published.
registerHooks({
  resolve: (specifier, context, next) =>
    context.parentURL?.includes("/node_modules/") === true
      ? next(specifier, { ...context, conditions: context.conditions.filter((name) => name !== "source") })
      : next(specifier, context),
});
const { Credential, Method, z } = await import("mppx");
const { evm, Mppx } = await import("mppx/client");

/** `lightning/charge`, which mppx does not bring: the schema of its draft, and a wallet that gives the preimage. */
const lightning = Method.from({
  name: "lightning",
  intent: "charge",
  schema: {
    credential: { payload: z.object({ preimage: z.string() }) },
    request: z.object({
      amount: z.string(),
      currency: z.string(),
      methodDetails: z.object({ invoice: z.string(), paymentHash: z.string(), network: z.string() }),
    }),
  },
});

/** mppx with a Lightning wallet: it pays the `Payment` challenge. */
export function createMppxClient(wallet: SandboxWallet): PayingFetch {
  const charge = Method.toClient(lightning, {
    async createCredential({ challenge }) {
      const { invoice } = challenge.request.methodDetails;
      return Credential.serialize({ challenge, payload: await wallet.payInvoice({ invoice }) });
    },
  });
  return Mppx.create({ methods: [charge], polyfill: false }).fetch;
}

/** mppx with nothing but a key: its own `evm` method pays the x402 offer. */
export function createMppxEvmClient(): PayingFetch {
  const account = privateKeyToAccount(generatePrivateKey());
  return Mppx.create({ methods: [evm.charge({ account })], polyfill: false }).fetch;
}
