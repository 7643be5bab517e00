import type { PriceSection } from "./price-section.ts";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { PriceForm } from "@/lib/query/price-form.ts";

export function PayWhatYouWantFields({
  value,
  errorOf,
  msatPerUsd,
  onChange,
}: PriceSection<PriceForm["payWhatYouWant"]>) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <PriceInput
        label="Least amount"
        value={value.minimum}
        error={errorOf("minimum")}
        msatPerUsd={msatPerUsd}
        onChange={(minimum) => onChange({ minimum })}
      />
      <PriceInput
        label="Suggested amount"
        value={value.suggested}
        error={errorOf("suggested")}
        hint="The payment page starts with it."
        onChange={(suggested) => onChange({ suggested })}
      />
    </div>
  );
}
