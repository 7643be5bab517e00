import { formatQuote, fromBase64Url, type HeaderList, parseQuote, toBase64Url } from "@x402-paywall/core";
import type { AtomicStore, InvoiceRecord, StoredAnswer } from "../../store.ts";
import type { Sql } from "./statement.ts";

/** Offers that were issued, kept answers, free uses and analytics: no money. */
export function recordsOf(sql: Sql) {
  return { ...invoicesOf(sql), ...answersOf(sql), ...freeUsesOf(sql), ...eventsOf(sql) };
}

interface InvoiceRow extends Omit<InvoiceRecord, "amount" | "quote" | "shared" | "paid"> {
  readonly amount: string;
  readonly quote: string | null;
  readonly shared: number;
  readonly receivedMsat: string | null;
  readonly at: number | null;
  readonly sealedPreimage: string | null;
}

function invoicesOf({ prepare, run }: Sql): Pick<AtomicStore, "saveInvoice" | "findInvoice"> {
  const save = prepare(`
insert into paywall_invoice as i (payment_hash, bolt11, quote_id, endpoint_id, workspace_id, mode, amount, expires_at,
  quote, node_id, shared, received_msat, paid_at, sealed_preimage)
values (:paymentHash, :bolt11, :quoteId, :endpointId, :workspaceId, :mode, cast(:amount as bigint), :expiresAt,
  :quote, :nodeId, cast(:shared as integer), cast(:receivedMsat as bigint), cast(:at as double precision), :sealedPreimage)
on conflict (payment_hash) do update set
  shared = case when excluded.shared = 1 then 1 else i.shared end,
  received_msat = case when i.paid_at is null then excluded.received_msat else i.received_msat end,
  sealed_preimage = case when i.paid_at is null then excluded.sealed_preimage else i.sealed_preimage end,
  paid_at = coalesce(i.paid_at, excluded.paid_at)`);
  const find = prepare(`
select payment_hash as "paymentHash", bolt11, quote_id as "quoteId", endpoint_id as "endpointId", workspace_id as "workspaceId", mode,
  cast(amount as text) as amount, expires_at as "expiresAt", quote, node_id as "nodeId", shared,
  cast(received_msat as text) as "receivedMsat", paid_at as "at", sealed_preimage as "sealedPreimage"
from paywall_invoice where payment_hash = :paymentHash`);
  return {
    saveInvoice: async ({ quote, shared, paid, ...rest }) => {
      const { receivedMsat = null, at = null, sealedPreimage = null } = paid ?? {};
      const text = quote === null ? null : formatQuote(quote);
      await run(save({ ...rest, quote: text, shared: shared ? 1 : 0, receivedMsat, at, sealedPreimage }));
    },
    findInvoice: async (paymentHash) => {
      const [row] = await run<InvoiceRow>(find({ paymentHash }));
      if (row === undefined) return undefined;
      const { amount, quote, shared, receivedMsat, at, sealedPreimage, ...rest } = row;
      const paid = at === null ? null : { receivedMsat: BigInt(receivedMsat ?? 0), at, sealedPreimage };
      const quoted = quote === null ? null : (parseQuote(quote) ?? null);
      return { ...rest, amount: BigInt(amount), quote: quoted, shared: shared === 1, paid };
    },
  };
}

/** Bodies are base64url: what is binary in one engine is a list of numbers in another. */
function answersOf({ prepare, run, batch, dialect }: Sql): Pick<AtomicStore, "saveAnswer" | "findAnswer"> {
  const forget = prepare(`delete from paywall_answer where expires_at <= ${dialect.now}`);
  const save = prepare(`
insert into paywall_answer (answer_key, binding_hash, status, headers, body, expires_at)
values (:key, :bindingHash, :status, :headers, :body, :expiresAt)
on conflict (answer_key) do nothing`);
  const find = prepare(`
select answer_key as "key", binding_hash as "bindingHash", status, headers, body, expires_at as "expiresAt"
from paywall_answer where answer_key = :key and expires_at > ${dialect.now}`);
  return {
    saveAnswer: async ({ headers, body, ...rest }) => {
      const stored = { ...rest, headers: JSON.stringify(headers), body: toBase64Url(body) };
      await batch([forget({}), save(stored)]);
    },
    findAnswer: async (key) => {
      const [row] = await run<Omit<StoredAnswer, "headers" | "body"> & { headers: string; body: string }>(
        find({ key }),
      );
      if (row === undefined) return undefined;
      const headers: HeaderList = JSON.parse(row.headers);
      return { ...row, headers, body: fromBase64Url(row.body) ?? new Uint8Array() };
    },
  };
}

function freeUsesOf({ prepare, run }: Sql): Pick<AtomicStore, "takeFreeUse" | "returnFreeUse"> {
  const take = prepare(`
insert into paywall_free_use as f (endpoint_id, route_id, payer, day, taken)
select :endpointId, coalesce(:routeId, ''), :payer, :day, 1 where cast(:limit as integer) > 0
on conflict (endpoint_id, route_id, payer, day) do update set taken = f.taken + 1 where f.taken < cast(:limit as integer)
returning taken`);
  const giveBack = prepare(`
update paywall_free_use set taken = taken - 1
where endpoint_id = :endpointId and route_id = coalesce(:routeId, '') and payer = :payer and day = :day and taken > 0`);
  return {
    takeFreeUse: async (use) => (await run(take({ ...use }))).length === 1,
    returnFreeUse: async (use) => {
      await run(giveBack({ ...use }));
    },
  };
}

function eventsOf({ prepare, run, dialect }: Sql): Pick<AtomicStore, "recordEvents"> {
  const texts = ["workspaceId", "endpointId", "method", "path", "kind", "client", "wire", "receiptId"];
  const record = prepare(`
insert into paywall_event (at, status, bytes_out, duration_ms, workspace_id, endpoint_id, method, path, kind, client, wire, receipt_id)
select ${numberOf("at", "double precision")}, ${numberOf("status", "integer")}, ${numberOf("bytesOut", "bigint")},
  ${numberOf("durationMs", "double precision")}, ${texts.map((member) => `r.value ->> '${member}'`).join(", ")}
from ${dialect.members}(:events) as r`);
  return {
    recordEvents: async (events) => {
      if (events.length === 0) return;
      // A path is what a stranger chose: no database takes NUL or half of a surrogate pair as text.
      const rows = events.map((event) => ({
        ...event,
        at: event.at / 1000,
        path: event.path.slice(0, 2_048).toWellFormed().replaceAll("\0", ""),
      }));
      await run(record({ events: JSON.stringify(rows) }));
    },
  };
}

function numberOf(member: string, type: string): string {
  return `cast(r.value ->> '${member}' as ${type})`;
}
