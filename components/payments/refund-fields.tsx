import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import { formatAmount } from "@/lib/query/format.ts";
import type { RefundForm } from "@/lib/query/refund-form.ts";

/** How much, and why. */
export function RefundFields({
  form,
  refundable,
  error,
  onChange,
}: {
  readonly form: RefundForm;
  /** µUSD */
  readonly refundable: string;
  readonly error: string | undefined;
  readonly onChange: (change: Partial<RefundForm>) => void;
}) {
  const choices = [
    { all: true, label: `All that is left, ${formatAmount(refundable)}` },
    { all: false, label: "A part of it" },
  ];
  return (
    <>
      <fieldset className="space-y-2">
        <legend className="mb-1.5 text-sm font-medium">How much</legend>
        {choices.map(({ all, label }) => (
          <label key={label} className="flex items-center gap-3">
            <input
              type="radio"
              name="refund-all"
              checked={form.all === all}
              onChange={() => onChange({ all })}
              className="size-4 accent-accent"
            />
            {label}
          </label>
        ))}
      </fieldset>
      {!form.all && (
        <PriceInput
          label="Amount"
          value={form.amount}
          error={error}
          onChange={(amount) => onChange({ amount })}
        />
      )}
      <Field label="Reason" optional hint="For your own records. It is shown with the refund.">
        {(ids) => (
          <Input
            {...ids}
            name="reason"
            autoComplete="off"
            maxLength={300}
            value={form.reason}
            onChange={(event) => onChange({ reason: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
