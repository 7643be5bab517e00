import { PaywallError } from "@x402-paywall/core";
import type { ReceiptDetailDto } from "../../query/dto.ts";
import type { Runtime } from "../context.ts";
import { toRecord } from "../to-record.ts";
import { toBitcoinDto } from "./to-bitcoin-dto.ts";
import { receiptColumns, toReceiptDto } from "./to-receipt-dto.ts";

/**
 * A receipt for whoever holds its id, which is a secret of 128 bits that only payer and creator were given. Tells what
 * the signed receipt tells, and the endpoint's public name.
 * @throws PaywallError `not_found`
 */
export async function getPublicReceipt({
  ctx,
  id,
}: {
  readonly ctx: Pick<Runtime, "db">;
  readonly id: string;
}): Promise<ReceiptDetailDto> {
  const { prisma } = ctx.db;
  const row = await prisma.receipt.findUnique({
    where: { id },
    select: { ...receiptColumns, settled: true, rate: true, jws: true },
  });
  if (row === null) throw new PaywallError("not_found");
  const endpoint = await prisma.endpoint.findUnique({
    where: { id: row.endpointId },
    select: { id: true, title: true, slug: true },
  });
  return {
    ...toReceiptDto(row, (endpointId) => endpoint ?? { id: endpointId, title: "Removed endpoint", slug: "" }),
    bitcoin: toBitcoinDto(row.settled, row.rate),
    jws: row.jws,
    payload: readPayload(row.jws),
  };
}

/** The signed claims, as they were signed. */
function readPayload(jws: string): Readonly<Record<string, unknown>> {
  return toRecord(JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString("utf8")));
}
