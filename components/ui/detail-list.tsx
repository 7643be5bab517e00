import type { ReactNode } from "react";

/** Names and values in a ledger's two columns; one below the other on a phone. */
export function DetailList({
  items,
}: {
  readonly items: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className="divide-y divide-rule">
      {items.map(([name, value]) => (
        <div key={name} className="grid gap-x-6 gap-y-0.5 py-2.5 sm:grid-cols-[8rem_1fr]">
          <dt className="text-sm text-faint sm:pt-0.5">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
