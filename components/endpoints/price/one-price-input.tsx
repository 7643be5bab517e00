import { PriceInput } from "@/components/ui/price-input.tsx";
import { describePriceForm } from "@/lib/query/describe-price-form.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import type { PriceForm } from "@/lib/query/price-form.ts";

/** The one number of a suggested price, for a first link: a request's, or a million output tokens'. */
export function OnePriceInput({
  form,
  errors,
  msatPerUsd,
  onChange,
}: {
  readonly form: PriceForm;
  readonly errors: FormErrors;
  readonly msatPerUsd: string | undefined;
  readonly onChange: (form: PriceForm) => void;
}) {
  const error = Object.entries(errors).find(([name]) => name === "price" || name.startsWith("price."))?.[1];
  if (form.model === "metered") {
    const { metered } = form;
    return (
      <PriceInput
        label="Price per 1M output tokens"
        suffix="/ 1M"
        spoken="US dollars per million tokens"
        value={metered.rates.outputToken}
        error={error}
        hint={describePriceForm(form)}
        onChange={(outputToken) =>
          onChange({ ...form, metered: { ...metered, rates: { ...metered.rates, outputToken } } })
        }
      />
    );
  }
  return (
    <PriceInput
      label="Price per request"
      value={form.perRequest.amount}
      error={error}
      msatPerUsd={msatPerUsd}
      onChange={(amount) => onChange({ ...form, perRequest: { amount } })}
    />
  );
}
