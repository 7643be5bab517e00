import type { HeaderList } from "@x402-paywall/core";
import { formatPaymentReceipt, formatSettlementResponse } from "@x402-paywall/core";
import type { PaymentClaim } from "./authenticate.ts";
import type { SettledPayment } from "./held-claim.ts";

/** What a paid answer says about its payment, in the words of the wire that paid. */
export function successHeaders(
  settled: SettledPayment,
  payment: Pick<PaymentClaim, "wire" | "echo" | "proof">,
  appUrl: string,
): HeaderList {
  const { receipt, jws } = settled;
  const { challengeId, x402Version, network = receipt.settled.network } = payment.echo;
  const url = receiptUrl(appUrl, receipt.id);
  const paymentReceipt = formatPaymentReceipt({
    status: "success",
    method: payment.proof.kind === "preimage" ? "lightning" : "x402",
    timestamp: new Date(receipt.settledAt * 1000).toISOString(),
    reference: receipt.reference,
    ...(challengeId === undefined ? {} : { challengeId }),
    jws,
    url,
  });
  const headers: [string, string][] = [
    ["Payment-Receipt", paymentReceipt],
    ["Paywall-Receipt", receipt.id],
    ["Link", `<${url}>; rel="payment-receipt"`],
  ];
  if (payment.wire === "x402") {
    const response = formatSettlementResponse({
      success: true,
      transaction: receipt.reference,
      network,
      amount: receipt.settled.amount,
      ...(receipt.payer === undefined ? {} : { payer: receipt.payer }),
    });
    headers.push([x402Version === 1 ? "X-PAYMENT-RESPONSE" : "PAYMENT-RESPONSE", response]);
  }
  return headers;
}

export function receiptUrl(appUrl: string, receiptId: string): string {
  return `${appUrl}/r/${receiptId}`;
}
