import { CountField } from "./count-field.tsx";
import { DurationField } from "./duration-field.tsx";
import type { PriceSection } from "./price-section.ts";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { PriceForm } from "@/lib/query/price-form.ts";

export function BundleFields({ value, errorOf, msatPerUsd, onChange }: PriceSection<PriceForm["bundle"]>) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <PriceInput
        label="Price of the bundle"
        value={value.amount}
        error={errorOf("amount")}
        msatPerUsd={msatPerUsd}
        onChange={(amount) => onChange({ amount })}
      />
      <CountField
        label="Requests in it"
        value={value.uses}
        error={errorOf("uses")}
        onChange={(uses) => onChange({ uses })}
      />
      <DurationField
        label="To be used within"
        value={value.valid}
        error={errorOf("validSeconds")}
        onChange={(valid) => onChange({ valid })}
      />
    </div>
  );
}
