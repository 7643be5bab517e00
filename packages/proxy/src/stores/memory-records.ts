import type { AtomicStore, FreeUse, InvoiceRecord, RequestEvent, StoredAnswer } from "../store.ts";

type Records = Pick<
  AtomicStore,
  | "saveInvoice"
  | "findInvoice"
  | "takeFreeUse"
  | "returnFreeUse"
  | "saveAnswer"
  | "findAnswer"
  | "recordEvents"
>;

/** @param now Milliseconds. */
export function createMemoryRecords(
  now: () => number,
): Records & { readonly events: () => readonly RequestEvent[] } {
  const invoices = new Map<string, InvoiceRecord>();
  const freeUses = new Map<string, number>();
  const answers = new Map<string, StoredAnswer>();
  const events: RequestEvent[] = [];
  const findAnswer = (key: string) => {
    const answer = answers.get(key);
    return answer !== undefined && answer.expiresAt * 1000 > now() ? answer : undefined;
  };
  return {
    saveInvoice: async (invoice) => {
      const known = invoices.get(invoice.paymentHash);
      const row =
        known === undefined
          ? invoice
          : { ...known, shared: known.shared || invoice.shared, paid: known.paid ?? invoice.paid };
      invoices.set(invoice.paymentHash, row);
    },
    findInvoice: async (paymentHash) => invoices.get(paymentHash),
    takeFreeUse: async ({ limit, ...use }) => {
      const taken = freeUses.get(keyOf(use)) ?? 0;
      if (taken >= limit) return false;
      freeUses.set(keyOf(use), taken + 1);
      return true;
    },
    returnFreeUse: async (use) => {
      const taken = freeUses.get(keyOf(use)) ?? 0;
      if (taken > 0) freeUses.set(keyOf(use), taken - 1);
    },
    saveAnswer: async (answer) => {
      if (findAnswer(answer.key) === undefined) answers.set(answer.key, answer);
    },
    findAnswer: async (key) => findAnswer(key),
    recordEvents: async (batch) => {
      events.push(...batch);
    },
    events: () => events,
  };
}

function keyOf({ endpointId, routeId, payer, day }: FreeUse): string {
  return JSON.stringify([endpointId, routeId, payer, day]);
}
