"use client";
import { CircleAlert } from "lucide-react";
import { useId } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import type { PayoutInspectionDto, PayoutLookDto } from "@/lib/query/payout-dto.ts";
import { formatToken } from "@/lib/query/format.ts";
import { describeKind } from "@/lib/query/payout-form.ts";

/** Each network of the instance with what the address is there; its warning stands where it is chosen. */
export function NetworkChoices({
  found,
  chosen,
  error,
  onToggle,
}: {
  readonly found: PayoutInspectionDto;
  readonly chosen: readonly string[];
  readonly error: string | undefined;
  readonly onToggle: (network: string) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">Networks</legend>
      <ul className="divide-y divide-rule rounded-sm border border-rule">
        {found.networks.map((look) => (
          <NetworkChoice
            key={look.network}
            look={look}
            checked={chosen.includes(look.network)}
            onToggle={() => onToggle(look.network)}
          />
        ))}
      </ul>
      {error !== undefined && (
        <p role="alert" className="mt-1.5 flex gap-1.5 text-sm text-bad">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {error}
        </p>
      )}
    </fieldset>
  );
}

function NetworkChoice({
  look,
  checked,
  onToggle,
}: {
  readonly look: PayoutLookDto;
  readonly checked: boolean;
  readonly onToggle: () => void;
}) {
  const id = useId();
  const facts = describeKind(look);
  return (
    <li className="px-4 py-3">
      <div className="flex gap-3">
        <input
          id={id}
          type="checkbox"
          checked={checked}
          disabled={look.chainIdMatches === false}
          aria-describedby={`${id}-facts`}
          onChange={onToggle}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <label htmlFor={id} className="flex flex-wrap items-center gap-2 font-medium">
              {look.name}
              {look.testnet && <Badge tone="test">Test network</Badge>}
            </label>
            {look.balance !== null && (
              <span className="tabular text-sm">
                <span className="sr-only">Balance: </span>
                {formatToken(look.balance, look.asset.decimals)} {look.asset.symbol}
              </span>
            )}
          </div>
          <div id={`${id}-facts`} className={`text-sm ${look.problem === null ? "text-faint" : "text-hold"}`}>
            {look.problem ?? facts}
            {look.testnet && look.problem === null && ". Its money is worth nothing."}
          </div>
          {look.warning !== null && look.problem === null && (
            <p className="mt-1 flex gap-1.5 text-sm text-hold">
              <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
              <span>{look.warning}</span>
            </p>
          )}
        </div>
      </div>
    </li>
  );
}
