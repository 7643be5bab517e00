/** A fault put into the real sources while they are loaded. */
export interface Mutation {
  readonly id: string;
  /** What the fault is, and which storm must notice. */
  readonly why: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly search: string;
  readonly replace: string;
}

export const mutations: readonly Mutation[] = [
  {
    id: "takeover-asks-nobody",
    why: "S1: whoever takes over a payment that was being settled settles it again instead of asking the rail",
    edits: [
      {
        file: "packages/proxy/src/claim.ts",
        search: `const resumed = asked ? await resumeSettlement({ ...held, note }, context) : held;`,
        replace: `const resumed = held;`,
      },
    ],
  },
  {
    id: "intent-not-recorded",
    why: "S2: the rail is asked before it is written down that it will be",
    edits: [
      {
        file: "packages/proxy/src/settle.ts",
        search: `if (!before && !(await askStore(() => context.store.beginSettlement(ref, claim.note)))) throw uncertain(2);`,
        replace: `void before;`,
      },
    ],
  },
  {
    id: "commit-not-durable",
    why: "S3: the gateway goes on before its commit is on disk",
    edits: [
      {
        file: "lib/db.ts",
        search: `"-c plan_cache_mode=force_custom_plan`,
        replace: `"-c synchronous_commit=off -c plan_cache_mode=force_custom_plan`,
      },
    ],
  },
  {
    id: "lost-commit-is-no-commit",
    why: "S4: a write whose reply was lost counts as not made, and the payer is asked to pay again",
    edits: [
      {
        file: "packages/proxy/src/settle.ts",
        search: `throw uncertain(2, cause);`,
        replace: `throw new PaywallError("settlement_failed", { cause });`,
      },
    ],
  },
  {
    id: "lost-lease-ignored",
    why: "S5: a process that lost its lease goes on as if it held it",
    edits: [
      {
        file: "packages/proxy/src/settle.ts",
        search: `if (!before && !(await askStore(() => context.store.beginSettlement(ref, claim.note)))) throw uncertain(2);`,
        replace: `if (!before) await askStore(() => context.store.beginSettlement(ref, claim.note));`,
      },
      {
        file: "packages/proxy/src/settle.ts",
        search: `if (!recorded) throw uncertain(2);`,
        replace: `void recorded;`,
      },
      {
        file: "packages/proxy/src/own-lease.ts",
        search: `if (clock() - confirmedAt < leaseMs / 2 || (await renew())) return;`,
        replace: `if (clock() > 0) return;`,
      },
    ],
  },
  {
    id: "unknown-is-failed",
    why: "S6: a rail that does not answer is taken for one that says no",
    edits: [
      {
        file: "packages/proxy/src/settle.ts",
        search: `throw uncertain(settlement.retryAfter);`,
        replace: `throw new PaywallError("settlement_failed");`,
      },
    ],
  },
  {
    id: "facilitator-is-believed",
    why: "S6-CHAIN: a facilitator that says success is believed, and the chain is not asked",
    edits: [
      {
        file: "packages/proxy/src/rails/stablecoin/settler.ts",
        search: `    case "settled":
      return watch(reply.transaction, facilitator, work);`,
        replace: `    case "settled":
      return { outcome: "settled", reference: reply.transaction, settled: work.port.settledOf(amount) };`,
      },
    ],
  },
  {
    id: "refusal-is-believed",
    why: "S6-CHAIN: a facilitator that says no is believed, and the chain is not asked",
    edits: [
      {
        file: "packages/proxy/src/rails/stablecoin/settler.ts",
        search: `  const verdict = await askChain(port.reader, trace);
  // Refused now;`,
        replace: `  const verdict = { verdict: "open" } as const;
  // Refused now;`,
      },
    ],
  },
  {
    id: "repeats-elsewhere",
    why: "S6-CHAIN: what one facilitator may be on its way with is asked of another one",
    edits: [
      {
        file: "packages/proxy/src/rails/stablecoin/settler.ts",
        search: `  const facilitator = pool.find(trace.facilitator);`,
        replace: `  const [facilitator] = pool.list("exact", trace.network);`,
      },
    ],
  },
  {
    id: "check-then-act",
    why: "S7: a claim looks first and takes afterwards",
    edits: [
      {
        file: "lib/store/claim-statement.ts",
        search: `    and (p.owner is null or p.lease_until < now())`,
        replace: ``,
      },
      {
        file: "lib/store/claim-statement.ts",
        search: `  const taken = new Map<string, TakenRow>();`,
        replace: `  const held = await look(pool, [...first.values()]);
  for (const row of held.values()) if (row.seconds_left > 0) first.delete(row.payment_key);
  const taken = new Map<string, TakenRow>();`,
      },
    ],
  },
  {
    id: "binding-not-checked",
    why: "S8: a payment is good wherever it is shown",
    edits: [
      {
        file: "packages/proxy/src/verify-payment.ts",
        search: `  if (quote.bindingHash === binding.hash) return;`,
        replace: `  return;`,
      },
    ],
  },
  {
    id: "rule-not-checked",
    why: "S8-CHAIN: a signed maximum is good for what another rule prices",
    edits: [
      {
        file: "packages/proxy/src/draw/redeem-maximum.ts",
        search: `  if (quote.routeId !== routeId) {`,
        replace: `  if (quote.endpointId !== endpoint.id) {`,
      },
    ],
  },
  {
    id: "leaving-costs-the-reservation",
    why: "S10: whoever leaves pays all that was reserved",
    edits: [
      {
        file: "packages/proxy/src/metering/answer-meter.ts",
        search: `    this.#settled = charge < allowance.reserved ? charge : allowance.reserved;`,
        replace: `    this.#settled = charge < allowance.reserved && !this.#closed ? charge : allowance.reserved;`,
      },
    ],
  },
  {
    id: "cursor-before-credit",
    why: "S11: how far a node was read is stored as its events are heard, before anything of them is written down",
    edits: [
      {
        file: "lib/lightning/watch-node.ts",
        search: `      await this.#arrivals.noteSettled(event.invoice);`,
        replace: `      this.#cursor.advance(event.cursor);
      await this.#cursor.flush();`,
      },
      {
        file: "lib/lightning/watch-node.ts",
        search: `      await this.#arrivals.recordSettled(invoice, signal);
      this.#cursor.advance(cursor);`,
        replace: `      await this.#arrivals.recordSettled(invoice, signal);`,
      },
    ],
  },
  {
    id: "no-sweep",
    why: "S11: a node that is back is not asked for what it did not tell",
    edits: [
      {
        file: "lib/lightning/sweep-invoices.ts",
        search: `  const invoices = await listOpenInvoices(pool, query);`,
        replace: `  const invoices = (await listOpenInvoices(pool, query)).filter(({ paid }) => paid !== null);`,
      },
    ],
  },
  {
    id: "events-not-idempotent",
    why: "S11: an event that comes twice is written down twice",
    edits: [
      {
        file: "lib/store/credit-statement.ts",
        search: `p.state in ('claimed', 'settling', 'unknown', 'released')
    and`,
        replace: `p.state in ('claimed', 'settling', 'unknown', 'released', 'settled', 'delivered')
    and`,
      },
      {
        file: "lib/store/settlement-statement.ts",
        search: `
), entries as (`,
        replace: ` on conflict do nothing
), entries as (`,
      },
    ],
  },
];
