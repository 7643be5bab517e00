import { x402Facilitator } from "@x402/core/facilitator";
import type { FacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme } from "@x402/evm/exact/facilitator";
import { UptoEvmScheme } from "@x402/evm/upto/facilitator";

/** `exact` and `upto` of `@x402/evm`, on these networks. Wallets that are not deployed yet (EIP-6492) are not deployed. */
export function createSchemes(
  signers: Iterable<readonly [network: `eip155:${string}`, signer: FacilitatorEvmSigner]>,
): x402Facilitator {
  const facilitator = new x402Facilitator();
  for (const [network, signer] of signers) {
    facilitator.register(network, new ExactEvmScheme(signer));
    facilitator.register(network, new UptoEvmScheme(signer));
  }
  return facilitator;
}
