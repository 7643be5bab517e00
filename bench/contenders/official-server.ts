import { x402Facilitator } from "@x402/core/facilitator";
import { x402ResourceServer } from "@x402/core/server";
import { ExactEvmScheme as ExactFacilitator } from "@x402/evm/exact/facilitator";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { instantChain } from "./instant-chain.ts";

const network = "eip155:84532";
const payTo = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

/** A cent, as the official middlewares' documentation writes it. */
export const accepts = { scheme: "exact", price: "$0.01", network, payTo } as const;

/** Their resource server; the official facilitator is in this process: real signature checks, a chain that answers at once. */
export function createOfficialServer(): x402ResourceServer {
  const facilitator = new x402Facilitator().register(network, new ExactFacilitator(instantChain));
  return new x402ResourceServer({
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => facilitator.settle(payload, requirements),
    getSupported: () =>
      Promise.resolve({ kinds: [{ x402Version: 2, scheme: "exact", network }], extensions: [], signers: {} }),
  }).register(network, new ExactEvmScheme());
}
