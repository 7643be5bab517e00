import { toHex } from "../bytes.ts";
import { formatPaymentPayload, parsePaymentRequired } from "../wire/x402.ts";
import type { PaymentRequirements } from "../wire/x402.ts";
import type { PayableOffer, PayingContext } from "./payable-offer.ts";
import type { DollarToken, EvmWallet, TransferTypedData } from "./wallets.ts";

/** Nobody needs a signature of ours for longer. */
const maxTimeoutSeconds = 3600;
/** Allows for a server or chain whose clock is behind. */
const clockSkewSeconds = 600;

/** x402 `exact` offers (EIP-3009) of a `PAYMENT-REQUIRED` value, in dollar tokens that we know. */
export function readEvmOffers(value: string, context: PayingContext): readonly PayableOffer[] {
  const { evm } = context;
  const required = evm === undefined ? undefined : parsePaymentRequired(value);
  if (evm === undefined || required === undefined) return [];
  return required.accepts.flatMap((accepted) => {
    const token = evm.tokens.find((known) => matches(known, accepted));
    if (token === undefined || !isTransfer(accepted)) return [];
    return [
      {
        wire: "x402" as const,
        amountUsd: BigInt(accepted.amount),
        pay: () => sign(accepted, token, evm.wallet, context),
      },
    ];
  });
}

function matches(token: DollarToken, accepted: PaymentRequirements): boolean {
  return token.network === accepted.network && token.asset.toLowerCase() === accepted.asset.toLowerCase();
}

function isTransfer({ scheme, payTo, extra }: PaymentRequirements): boolean {
  const plain = extra.assetTransferMethod === undefined || extra.assetTransferMethod === "eip3009";
  return scheme === "exact" && plain && extra.paymentFlow !== "escrow" && /^0x[0-9a-fA-F]{40}$/.test(payTo);
}

async function sign(
  accepted: PaymentRequirements,
  token: DollarToken,
  wallet: EvmWallet,
  context: PayingContext,
): Promise<readonly [string, string]> {
  const data = transferData(accepted, token, wallet.address, context);
  const signature = await wallet.signTypedData(data);
  const { from, to, value, validAfter, validBefore, nonce } = data.message;
  const authorization = {
    from,
    to,
    value: value.toString(),
    validAfter: validAfter.toString(),
    validBefore: validBefore.toString(),
    nonce,
  };
  return [
    "PAYMENT-SIGNATURE",
    formatPaymentPayload({ x402Version: 2, accepted, payload: { authorization, signature } }),
  ];
}

function transferData(
  accepted: PaymentRequirements,
  token: DollarToken,
  from: `0x${string}`,
  context: PayingContext,
): TransferTypedData {
  const now = context.now();
  const seconds = Math.min(Math.max(accepted.maxTimeoutSeconds, 1), maxTimeoutSeconds);
  const chainId = Number(token.network.split(":")[1]);
  return {
    domain: { name: token.name, version: token.version, chainId, verifyingContract: token.asset },
    types: {
      TransferWithAuthorization: [
        { name: "from", type: "address" },
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "validAfter", type: "uint256" },
        { name: "validBefore", type: "uint256" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "TransferWithAuthorization",
    message: {
      from,
      to: `0x${accepted.payTo.slice(2)}`,
      value: BigInt(accepted.amount),
      validAfter: BigInt(now - clockSkewSeconds),
      validBefore: BigInt(now + seconds),
      nonce: `0x${toHex(context.randomBytes(32))}`,
    },
  };
}
