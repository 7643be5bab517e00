import { randomBytes } from "node:crypto";
import type { Journal, JournalEntry } from "./journal.ts";

/** What a booking is answered with: a status and a JSON document that repeats what it is about. */
export interface Outcome {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Books {
  readonly journal: Journal;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

type Input = Readonly<Record<string, unknown>>;

/** `{paymentKey, amount, maximum, reference?}`: charges once, whatever is asked again; the first amount stands. */
export function settle({ journal, clock }: Books, input: Input, pendingMs = 0): Outcome {
  const { paymentKey, amount, maximum, reference } = input;
  if (!isText(paymentKey) || !isAmount(amount) || !isAmount(maximum) || !isReference(reference))
    return refused({ paymentKey }, "paymentKey, amount and maximum are needed, amounts as decimal strings");
  journal.noteAsked(paymentKey);
  const known = journal.findCharge(paymentKey);
  if (known !== undefined) return describe(known, clock());
  if (BigInt(amount) > BigInt(maximum))
    return refused({ paymentKey }, "The amount is above what the payer signed");
  const charge = journal.append({
    at: clock(),
    kind: "charge",
    paymentKey,
    amount,
    maximum,
    transaction: newTransaction(),
    ...(reference === undefined ? {} : { reference }),
    ...(pendingMs > 0 ? { pendingUntil: clock() + pendingMs } : {}),
  });
  return describe(charge, clock());
}

/** `{paymentHash, amount, reference?}`: an invoice can be paid once. */
export function noteInvoice({ journal, clock }: Books, input: Input): Outcome {
  const { paymentHash, amount, reference } = input;
  if (typeof paymentHash !== "string" || !/^[0-9a-f]{64}$/.test(paymentHash))
    return refused({ paymentHash }, "paymentHash: 64 lower-case hex digits");
  if (!isAmount(amount) || !isReference(reference)) return refused({ paymentHash }, "amount is needed");
  const paymentKey = `ln:regtest:${paymentHash}`;
  journal.noteAsked(paymentKey);
  const paid =
    journal.findCharge(paymentKey) ??
    journal.append({
      at: clock(),
      kind: "lightning",
      paymentKey,
      amount,
      transaction: paymentHash,
      ...(reference === undefined ? {} : { reference }),
    });
  return describe(paid, clock());
}

export function status({ journal, clock }: Books, paymentKey: string): Outcome {
  const charge = journal.findCharge(paymentKey);
  return charge === undefined
    ? { status: 404, body: { state: "none", paymentKey } }
    : describe(charge, clock());
}

/** `{id, paymentKey, amount}`: pays back once for each id, and never more than was charged. */
export function refund({ journal, clock }: Books, input: Input): Outcome {
  const { id, paymentKey, amount } = input;
  const subject = { id, paymentKey };
  if (!isText(id) || !isText(paymentKey) || !isAmount(amount))
    return refused(subject, "id, paymentKey and amount are needed");
  const known = journal.findRefund(id);
  if (known !== undefined) {
    const same = known.paymentKey === paymentKey && known.amount === amount;
    return same ? describeRefund(known) : refused(subject, "This id refunded something else");
  }
  const charge = journal.findCharge(paymentKey);
  if (charge === undefined) return refused(subject, "There is no such payment");
  if (isPending(charge, clock())) return { status: 202, body: { state: "pending", ...subject } };
  const { charged, refunded } = journal.count(paymentKey);
  const left = BigInt(charged) - BigInt(refunded);
  if (BigInt(amount) === 0n || BigInt(amount) > left) return refused(subject, `${left} can be refunded`);
  const fields = {
    at: clock(),
    kind: "refund",
    paymentKey,
    amount,
    transaction: newTransaction(),
    id,
  } as const;
  return describeRefund(journal.append(fields));
}

function describe(entry: JournalEntry, now: number): Outcome {
  const { paymentKey, amount, transaction } = entry;
  if (isPending(entry, now)) return { status: 202, body: { state: "pending", paymentKey } };
  return { status: 200, body: { state: "settled", paymentKey, amount, transaction } };
}

function describeRefund({ id, paymentKey, amount, transaction }: JournalEntry): Outcome {
  return { status: 200, body: { state: "refunded", id, paymentKey, amount, transaction } };
}

function refused(subject: Input, detail: string): Outcome {
  return { status: 422, body: { state: "refused", ...subject, detail } };
}

function isPending({ pendingUntil = 0 }: JournalEntry, now: number): boolean {
  return now < pendingUntil;
}

/** Not made of the key: two charges of one payment must not look like one. */
function newTransaction(): string {
  return `0x${randomBytes(32).toString("hex")}`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{1,400}$/.test(value);
}

function isReference(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

function isAmount(value: unknown): value is string {
  return typeof value === "string" && /^(0|[1-9]\d{0,77})$/.test(value);
}
