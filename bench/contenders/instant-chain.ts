import type { FacilitatorEvmSigner } from "@x402/evm";

const usdc = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";
const transaction = `0x${"ab".repeat(32)}` as const;

/**
 * A chain without latency where every simulation and every transaction succeeds. Signatures are still checked by the
 * facilitator itself.
 */
export const instantChain: FacilitatorEvmSigner = {
  getAddresses: () => ["0x00000000000000000000000000000000000000FA"],
  getCode: ({ address }) => Promise.resolve(address.toLowerCase() === usdc ? "0x60" : "0x"),
  readContract: () => Promise.resolve(undefined),
  verifyTypedData: () => Promise.reject(new Error("Not used: the facilitator recovers the signer itself")),
  writeContract: () => Promise.resolve(transaction),
  sendTransaction: () => Promise.resolve(transaction),
  waitForTransactionReceipt: () => Promise.resolve({ status: "success" }),
};
