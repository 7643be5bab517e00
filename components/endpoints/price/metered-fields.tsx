import { MeteredTerms } from "./metered-terms.tsx";
import type { PriceSection } from "./price-section.ts";
import { RateFields } from "./rate-fields.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { MeteredForm } from "@/lib/query/price-form.ts";

/** By usage: what a unit costs, what a payment puts on the balance, and what one answer may cost at most. */
export function MeteredFields(props: PriceSection<MeteredForm>) {
  const { value, errorOf, msatPerUsd, onChange } = props;
  return (
    <div className="min-w-0 space-y-5">
      <RateFields
        rates={value.rates}
        errorOf={(member) => errorOf(member === "" ? "rates" : `rates.${member}`)}
        onChange={(change) => onChange({ rates: { ...value.rates, ...change } })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <PriceInput
          label="Deposit"
          value={value.deposit}
          error={errorOf("deposit")}
          msatPerUsd={msatPerUsd}
          onChange={(deposit) => onChange({ deposit })}
        />
        <PriceInput
          label="Most that one answer costs"
          optional
          value={value.cap}
          error={errorOf("cap")}
          hint="Without one, an answer may use up the deposit."
          placeholder={value.deposit}
          onChange={(cap) => onChange({ cap })}
        />
      </div>
      <MeteredTerms {...props} />
    </div>
  );
}
