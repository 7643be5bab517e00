"use client";
import { formatSat } from "@/lib/query/format.ts";
import { parsePrice } from "@/lib/query/endpoint-form.ts";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

/** Dollars with satoshi beside them as one types. */
export function PriceInput({
  label,
  value,
  error,
  msatPerUsd,
  onChange,
  hideLabel = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly msatPerUsd?: string | undefined;
  readonly onChange: (value: string) => void;
  readonly hideLabel?: boolean;
}) {
  const amount = parsePrice(value);
  const sat = amount === undefined ? undefined : formatSat(amount, msatPerUsd);
  return (
    <Field
      label={label}
      hideLabel={hideLabel}
      error={error}
      hint={amount === "0" ? "Free" : sat && `≈ ${sat}`}
    >
      {(ids) => (
        <div className="relative">
          <span aria-hidden className="absolute inset-y-0 left-3 flex items-center text-faint">
            $
          </span>
          <Input
            {...ids}
            name="price"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="tabular pr-14 pl-7 text-right"
          />
          <span aria-hidden className="absolute inset-y-0 right-3 flex items-center text-sm text-faint">
            USD
          </span>
        </div>
      )}
    </Field>
  );
}
