import { x402ExactPermit2ProxyAddress, x402UptoPermit2ProxyAddress } from "@x402/evm";
import type { FacilitatorEvmSigner } from "@x402/evm";
import { PaywallError } from "@x402-paywall/core";
import { concat, encodeFunctionData, isAddressEqual } from "viem";
import type { Abi, Address, Hex } from "viem";
import { readChainFault } from "./chain-fault.ts";
import type { Desk } from "./desk.ts";
import type { EvmNetwork } from "./evm-network.ts";
import type { JournalEntry } from "./journal.ts";
import type { Authorization } from "./payment-request.ts";
import { unavailable } from "./unavailable.ts";

/** What the schemes of `@x402/evm` see of a network while they verify or settle one payment, and what came of it. */
export interface Attempt {
  readonly signer: FacilitatorEvmSigner;
  /** What was sent, if it was. */
  readonly sent: JournalEntry | undefined;
  /** Why nothing can be said about the payment: whatever the scheme makes of it decides nothing. */
  readonly trouble: PaywallError | undefined;
  /** What the contracts refused it with. */
  readonly reverted: string | undefined;
}

interface ContractCall {
  readonly address: Address;
  readonly abi: readonly unknown[];
  readonly functionName: string;
  readonly args?: readonly unknown[];
  readonly dataSuffix?: Hex;
}

/** Why this payment is not settled, in words that may be answered. */
class Refusal extends Error {}

/** Of one settlement: a contract wallet that burns gas on chain is not paid for. */
const MAX_GAS = 400_000n;
/** Bytes of a signed transaction beside its data. */
const ENVELOPE_BYTES = 200;

/** @param authorization What may be settled; without it nothing is ever sent. */
export function createAttempt(desk: Desk, authorization: Authorization | undefined): Attempt {
  const { network } = desk;
  const { account, client } = network;
  const found: { sent?: JournalEntry | undefined; trouble?: PaywallError; reverted?: string } = {};
  /** The schemes catch everything: what is not the payment's own fault is kept here. */
  const note = async <Result>(work: () => Promise<Result>, canRevert = true): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      const fault = judge(desk, error, canRevert);
      if (fault instanceof Refusal) found.reverted = fault.message;
      else found.trouble ??= fault;
      throw fault;
    }
  };
  const signer: FacilitatorEvmSigner = {
    getAddresses: () => [account.address],
    getCode: ({ address }) => note(() => client.getCode({ address }), false),
    verifyTypedData: () => Promise.reject(new Error("The schemes check signatures themselves")),
    sendTransaction: () => Promise.reject(new Error("Only settlements are sent")),
    readContract: (call) =>
      note(async () => {
        const { address, functionName, args } = call;
        const abi = readAbi(call.abi);
        if (functionName.startsWith("settle")) await requireCode(network, address);
        return client.readContract({ address, abi, functionName, args, account: account.address });
      }),
    writeContract: (call) =>
      note(async () => {
        if (authorization === undefined) throw new Refusal("verifying sends nothing");
        return sendSettlement(desk, authorization, call, (entry) => (found.sent = entry));
      }),
    waitForTransactionReceipt: async () => {
      const { sent } = found;
      const end = sent === undefined ? undefined : await desk.settlements.wait(sent, desk.receiptMs);
      if (end === undefined || end.end === "dropped") throw new Error("No receipt yet");
      return { status: end.end === "settled" ? "success" : "reverted" };
    },
  };
  return {
    signer,
    get sent() {
      return found.sent;
    },
    get trouble() {
      return found.trouble;
    },
    get reverted() {
      return found.reverted;
    },
  };
}

/** The payment's own fault, or nobody's decision. The schemes look for words of known contracts in the former. */
function judge({ network, log }: Desk, error: unknown, canRevert: boolean): Refusal | PaywallError {
  if (error instanceof PaywallError || error instanceof Refusal) return error;
  const fault = readChainFault(error);
  if (canRevert && fault.kind === "reverted") return new Refusal(fault.reason);
  const name = network.config.network;
  log.error("The chain could not be asked", error, { network: name });
  return unavailable(`The RPC of ${name} does not answer`, 5, error);
}

/** Simulated first, so that what would revert costs nothing; then reserved, written down, and sent. */
async function sendSettlement(
  desk: Desk,
  authorization: Authorization,
  call: ContractCall,
  onSent: (entry: JournalEntry | undefined) => void,
): Promise<Hex> {
  const { network, lane, settlements, spending, clock } = desk;
  const { address: to, functionName, args = [], dataSuffix = "0x" } = call;
  if (!isSettlementContract(to, authorization)) throw new Refusal("only settlements are sent");
  const data = concat([encodeFunctionData({ abi: readAbi(call.abi), functionName, args }), dataSuffix]);
  const account = network.account.address;
  const [estimate, fees, dataFee] = await Promise.all([
    network.client.estimateGas({ account, to, data }),
    network.fees(),
    network.dataFee(data.length / 2 + ENVELOPE_BYTES),
    network.client.call({ account, to, data }),
    requireCode(network, to),
  ]);
  const gas = (estimate * 13n) / 10n;
  if (gas > MAX_GAS) throw new Refusal("settling would cost too much gas");
  const wei = gas * fees.maxPrice + dataFee;
  let entry: JournalEntry | undefined;
  const hash = await lane.send(
    { to, data, gas, fees },
    {
      begin: (newHash, accountNonce) => {
        const reservation = spending.reserve(wei);
        if (reservation === undefined) throw overspent(desk, wei);
        const { nonce, amount, ...rest } = authorization;
        const sent = {
          ...rest,
          amount: amount.toString(),
          authorizationNonce: nonce.toString(),
          hash: newHash,
          accountNonce,
          reservedWei: wei.toString(),
          at: clock(),
        };
        try {
          entry = settlements.begin(sent, reservation);
        } catch (error) {
          reservation.settle(0n);
          throw error;
        }
        onSent(entry);
      },
      drop: () => {
        if (entry !== undefined) settlements.drop(entry);
        onSent(undefined);
      },
    },
  );
  if (entry !== undefined) settlements.watch(entry);
  return hash;
}

function overspent({ network, spending, log }: Desk, wei: bigint): PaywallError {
  const { network: name, maxSpendWei } = network.config;
  const numbers = {
    bound: maxSpendWei.toString(),
    today: spending.today().toString(),
    wanted: wei.toString(),
  };
  log.error("The spending bound of today is reached: nothing was sent", undefined, {
    network: name,
    ...numbers,
  });
  return unavailable(`The gas that may be spent on ${name} today is spent`, spending.secondsLeft());
}

function isSettlementContract(to: Address, { kind, asset }: Authorization): boolean {
  if (kind === "eip3009") return isAddressEqual(to, asset);
  return isAddressEqual(to, x402ExactPermit2ProxyAddress) || isAddressEqual(to, x402UptoPermit2ProxyAddress);
}

async function requireCode(network: EvmNetwork, address: Address): Promise<void> {
  if (await network.hasCode(address)) return;
  throw new Refusal("there is no such contract");
}

function readAbi(abi: readonly unknown[]): Abi {
  if (isAbi(abi)) return abi;
  throw new TypeError("A scheme called a contract without an ABI");
}

function isAbi(abi: readonly unknown[]): abi is Abi {
  return abi.every((item) => typeof item === "object" && item !== null && "type" in item);
}
