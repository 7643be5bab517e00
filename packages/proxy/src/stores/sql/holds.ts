import { canonicalJson, formatUsage, parseJson, parseUsage } from "@x402-paywall/core";
import type { AtomicStore, HoldOutcome, HoldRecord } from "../../store.ts";
import type { Sql } from "./statement.ts";

type Holds = Pick<AtomicStore, "openHold" | "extendHold" | "settleHold" | "sweepHolds" | "findHold">;

interface Left {
  readonly available: string;
  readonly usesLeft: number | null;
}

/**
 * Reserving on entitlements, whose numbers follow by triggers (schema.ts). The entitlement is locked first and the hold
 * after it, everywhere; checks are made on the locked row.
 */
export function holdsOf(sql: Sql): Holds {
  const { prepare, run, dialect } = sql;
  const until = `${dialect.now} + cast(:leaseMs as double precision) / 1000`;
  const amount = "cast(:amount as bigint)";
  const used = `${dialect.greatest}(h.captured, cast(:captured as bigint))`;
  const open = prepare(`
insert into paywall_hold (id, entitlement_id, amount, uses, lease_until, available_after, uses_left_after)
select :id, e.id, ${amount}, cast(:uses as integer), ${until}, e.deposited - e.spent - e.held - ${amount}, e.uses_left - cast(:uses as integer)
from paywall_entitlement e
where e.id = :entitlementId and e.revoked_at is null and e.expires_at > ${dialect.now}
  and e.deposited - e.spent - e.held >= ${amount} and (e.uses_left is null or e.uses_left >= cast(:uses as integer))
${dialect.forUpdate}
on conflict (id) do nothing
returning cast(available_after as text) as available, uses_left_after as "usesLeft"`);
  const look = prepare(`
select cast(deposited - spent - held as text) as available, uses_left as "usesLeft",
  case when exists (select 1 from paywall_hold h where h.id = :id) then 'held' when revoked_at is not null then 'unknown'
    when expires_at <= ${dialect.now} then 'expired' else 'insufficient' end as outcome
from paywall_entitlement where id = :entitlementId`);
  const extend = prepare(`
update paywall_hold as h set amount = h.amount + ${amount}, lease_until = ${until}, captured = ${dialect.least}(${used}, h.amount + ${amount})
from (select e.id as entitlement from paywall_entitlement e
  where e.id = (select entitlement_id from paywall_hold where id = :id) and e.revoked_at is null and e.expires_at > ${dialect.now}
    and e.deposited - e.spent - e.held >= ${amount} ${dialect.forUpdate}) as locked
where h.id = :id and h.state = 'held' and h.entitlement_id = locked.entitlement
returning id`);
  const report = prepare(`
update paywall_hold as h set lease_until = ${until}, captured = ${dialect.least}(${used}, h.amount)
where h.id = :id and h.state = 'held'
returning id`);
  return {
    openHold: async (hold) => {
      const [opened] = await run<Left>(open({ ...hold }));
      if (opened !== undefined) return { outcome: "held", ...toLeft(opened) };
      const [seen] = await run<Left & Pick<HoldOutcome, "outcome">>(look({ ...hold }));
      if (seen === undefined || seen.outcome === "unknown") return { outcome: "unknown" };
      return seen.outcome === "expired" ? { outcome: "expired" } : { outcome: seen.outcome, ...toLeft(seen) };
    },
    extendHold: async (extension) => {
      const params = { ...extension };
      if (extension.amount > 0n && (await run(extend(params))).length === 1) return "extended";
      if ((await run(report(params))).length === 0) return "lost";
      return extension.amount > 0n ? "insufficient" : "extended";
    },
    ...endingsOf(sql),
  };
}

function endingsOf({ prepare, run, dialect }: Sql): Pick<Holds, "settleHold" | "sweepHolds" | "findHold"> {
  const end = (captured: string, uses: string) => `
update paywall_hold as h set captured = ${captured}, uses = ${uses}, settled_at = ${dialect.now},
  state = case when ${captured} = 0 and ${uses} = 0 then 'released' else 'settled' end`;
  const settle = prepare(`
${end(`${dialect.least}(cast(:captured as bigint), h.amount)`, `${dialect.least}(cast(:uses as integer), h.uses)`)}, usage = :usage
from (select e.id as entitlement from paywall_entitlement e
  where e.id = (select entitlement_id from paywall_hold where id = :id) ${dialect.forUpdate}) as locked
where h.id = :id and h.state = 'held' and h.entitlement_id = locked.entitlement
returning id`);
  const dead = `h.state = 'held' and h.lease_until < ${dialect.now}`;
  const sweep = prepare(`
with dead as (
  select h.id, h.entitlement_id from paywall_hold h where ${dead} order by h.lease_until limit cast(:limit as bigint)
)
${end("h.captured", "h.uses")}
from (select e.id as entitlement from paywall_entitlement e
  where e.id in (select entitlement_id from dead) order by e.id ${dialect.forUpdate}) as locked
where h.id in (select id from dead) and ${dead} and h.entitlement_id = locked.entitlement
returning id`);
  const find = prepare(`
select h.id, h.entitlement_id as "entitlementId", e.endpoint_id as "endpointId", e.mode, h.state,
  cast(h.captured as text) as captured, h.usage, h.settled_at as "settledAt"
from paywall_hold h join paywall_entitlement e on e.id = h.entitlement_id where h.id = :id`);
  return {
    settleHold: async ({ usage, ...settlement }) => {
      const text = usage && canonicalJson(formatUsage(usage));
      return (await run(settle({ ...settlement, usage: text }))).length === 1 ? "settled" : "lost";
    },
    sweepHolds: async (limit) => (await run(sweep({ limit: Math.max(0, limit) }))).length,
    findHold: async (id) => {
      const [row] = await run<StoredHold>(find({ id }));
      return row && toRecord(row);
    },
  };
}

interface StoredHold extends Omit<HoldRecord, "captured" | "usage"> {
  readonly captured: string;
  readonly usage: string | null;
}

function toRecord({ captured, usage, settledAt, ...rest }: StoredHold): HoldRecord {
  return {
    ...rest,
    captured: BigInt(captured),
    usage: (usage === null ? undefined : parseUsage(parseJson(usage))) ?? null,
    settledAt: settledAt === null ? null : Math.floor(settledAt),
  };
}

function toLeft({ available, usesLeft }: Left) {
  return { available: BigInt(available), usesLeft };
}
