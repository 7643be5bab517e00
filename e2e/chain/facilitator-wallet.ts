import { AsyncLocalStorage } from "node:async_hooks";
import { toFacilitatorEvmSigner } from "@x402/evm";
import type { Address, Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createQueue } from "./create-queue.ts";
import { USDC, usdcAbi, type OpenChain } from "./start-chain.ts";

/** One payment that was sent to the chain: the facilitator's own record, made when the node took the transaction. */
export interface Settlement {
  readonly payer: Address;
  /** As the payload has it: 32 bytes in hex for EIP-3009, a decimal number for Permit2. */
  readonly nonce: string;
  readonly payee: Address;
  /** Atomic units of USDC. */
  readonly amount: bigint;
  readonly transaction: Hex;
}

type Signer = ReturnType<typeof toFacilitatorEvmSigner>;
type Write = Parameters<Signer["writeContract"]>[0];

export type FacilitatorWallet = Awaited<ReturnType<typeof createFacilitatorWallet>>;

/** The key of a facilitator with ether and a thousand dollars, and its signer for the official schemes. */
export async function createFacilitatorWallet(chain: OpenChain, confirmationTimeoutMs: number) {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.fund(account.address, 1_000_000_000n);
  const client = chain.connect(account);
  const settlements: Settlement[] = [];
  // Estimate, nonce and broadcast of one transaction before the next: no two get one nonce, no failure leaves a gap.
  const inTurn = createQueue();
  const impatience = new AsyncLocalStorage<boolean>();

  const signer = toFacilitatorEvmSigner(
    {
      address: account.address,
      readContract: (args) => client.readContract(args),
      verifyTypedData: (args) => client.verifyTypedData(args as never),
      getCode: (args) => client.getCode(args),
      sendTransaction: (args) => inTurn(() => client.sendTransaction(args as never)),
      async writeContract(args) {
        const transaction = await inTurn(() => client.writeContract(args as never));
        settlements.push({ ...describePayment(args), transaction });
        return transaction;
      },
      async waitForTransactionReceipt(args) {
        if (impatience.getStore() === true) throw new Error(`Timed out while waiting for ${args.hash}`);
        const receipt = await client.waitForTransactionReceipt(args);
        if (receipt.status !== "success") forget(settlements, args.hash);
        return receipt;
      },
    },
    { confirmationTimeoutMs },
  );

  return {
    address: account.address,
    signer,
    settlements,
    /** Runs a settlement that gives up on its receipt, as soon as the transaction is with the node. */
    withoutReceipt: <T>(job: () => Promise<T>): Promise<T> => impatience.run(true, job),
    /** Moves money of the facilitator itself; no payer has signed for it. */
    async transferOwn(payee: Address, amount: bigint): Promise<Hex> {
      const args = [payee, amount] as const;
      const call = { address: USDC, abi: usdcAbi, functionName: "transfer", args } as const;
      const hash = await inTurn(() => client.writeContract(call));
      await chain.include(hash);
      return hash;
    },
  };
}

function describePayment({ functionName, args }: Write): Omit<Settlement, "transaction"> {
  if (functionName === "transferWithAuthorization") {
    const [payer, payee, amount, , , nonce] = args as [Address, Address, bigint, bigint, bigint, Hex];
    return { payer, payee, amount, nonce };
  }
  const order = functionName === "settleWithPermit" ? args.slice(1) : args;
  const permit = order[0] as { nonce: bigint; permitted: { amount: bigint } };
  // `upto` has the amount between the permit and the owner.
  const rest = typeof order[1] === "bigint" ? order.slice(1) : [permit.permitted.amount, ...order.slice(1)];
  const [amount, payer, witness] = rest as [bigint, Address, { to: Address }];
  return { payer, payee: witness.to, amount, nonce: String(permit.nonce) };
}

function forget(settlements: Settlement[], transaction: Hex): void {
  const index = settlements.findIndex((settlement) => settlement.transaction === transaction);
  if (index >= 0) settlements.splice(index, 1);
}
