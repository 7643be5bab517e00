import { askStore } from "../ask-store.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Rail } from "../rail.ts";
import type { AtomicStore, InvoicePayment, InvoiceRecord } from "../store.ts";

/** An invoice as far as it is known here; a row may be lost, the node's word counts all the same. */
export interface SeenInvoice {
  readonly record: InvoiceRecord | undefined;
  readonly paid: InvoicePayment | null;
}

/**
 * Whether an invoice is paid: its row says so, or its node, and then it is written down.
 * @param mayAsk Whether the node is worth asking, given the row. @throws PaywallError `store_unavailable`
 */
export async function lookAtInvoice(
  paymentHash: string,
  endpoint: Endpoint,
  { rails, store }: { readonly rails: readonly Rail[]; readonly store: AtomicStore },
  mayAsk: (record: InvoiceRecord | undefined) => boolean,
): Promise<SeenInvoice> {
  const record = await askStore(() => store.findInvoice(paymentHash));
  if (record?.paid) return { record, paid: record.paid };
  const rail = rails.find((each) => each.mode === endpoint.mode && "findPayment" in each);
  const paid = mayAsk(record) ? await rail?.findPayment?.(paymentHash, endpoint, record) : undefined;
  if (paid !== undefined && record !== undefined)
    await askStore(() => store.saveInvoice({ ...record, paid }));
  return { record, paid: paid ?? null };
}
