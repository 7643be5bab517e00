import { CountField } from "./count-field.tsx";
import { DurationField } from "./duration-field.tsx";
import type { PriceSection } from "./price-section.ts";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { PriceForm } from "@/lib/query/price-form.ts";

export function PassFields({ value, errorOf, msatPerUsd, onChange }: PriceSection<PriceForm["pass"]>) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <PriceInput
        label="Price of the pass"
        value={value.amount}
        error={errorOf("amount")}
        msatPerUsd={msatPerUsd}
        onChange={(amount) => onChange({ amount })}
      />
      <DurationField
        label="Lasts for"
        value={value.lasts}
        error={errorOf("seconds")}
        onChange={(lasts) => onChange({ lasts })}
      />
      <CountField
        label="Most requests"
        optional
        value={value.maxUses}
        error={errorOf("maxUses")}
        placeholder="no limit"
        onChange={(maxUses) => onChange({ maxUses })}
      />
    </div>
  );
}
