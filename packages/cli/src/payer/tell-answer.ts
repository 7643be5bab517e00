import type { PaymentReceipt } from "@x402-paywall/core";
import type { Output } from "../output/output.ts";
import { plain } from "../output/style.ts";
import type { PaidAnswer } from "./pay-link.ts";
import type { Streamed } from "./stream-answer.ts";

/** What an answer says of what is left of what was bought. */
const LEFT = [
  ["paywall-balance", "balance, USD:"],
  ["paywall-uses-left", "uses left:"],
  ["paywall-expires", "good until"],
] as const;

/** Status, receipt and what is left; no token. */
export function tellAnswer(answer: PaidAnswer, response: Response, ms: number, output: Output): void {
  const { status, headers } = response;
  const { payment, receipt, settlement } = answer;
  const contentType = headers.get("content-type");
  const receiptId = headers.get("paywall-receipt");
  const shown = { payment, receipt, settlement, receiptId, contentType, ms };
  output.event({ type: "answer", status, ...shown }, () => {
    const { style } = output;
    const mark = response.ok ? style.green("←") : style.red("←");
    const about = style.dim(`${plain(contentType ?? "no content type", 60)}, ${ms} ms`);
    const lines = [`${mark} ${status}  ${about}`];
    if (payment === undefined) lines.push("  nothing to pay");
    if (receiptId !== null) lines.push(`  receipt ${plain(receipt?.url ?? receiptId)}`);
    else if (settlement !== undefined)
      lines.push(`  settled ${plain(settlement.transaction)} on ${plain(settlement.network)}`);
    for (const [name, label] of LEFT) {
      const value = headers.get(name);
      if (value !== null) lines.push(`  ${label} ${plain(value, 40)}`);
    }
    if (headers.has("paywall-access-token"))
      lines.push("  came with an access token: --save-token <file> keeps it");
    return lines.join("\n");
  });
}

/** The last line: how much it was, and what a metered answer cost. */
export function tellEnd({ bytes, receipt }: Streamed, ms: number, output: Output): void {
  output.event({ type: "end", bytes, ms, receipt }, () =>
    output.style.dim(`  ${bytes} bytes in ${ms} ms${describeCharge(receipt)}`),
  );
}

function describeCharge(receipt: PaymentReceipt | undefined): string {
  if (receipt?.charged === undefined) return "";
  return `, charged $${plain(receipt.charged, 30)}${receipt.estimated === true ? " (estimated)" : ""}`;
}
