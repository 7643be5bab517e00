"use client";
import type { ReactNode } from "react";
import { parseDollars } from "@/lib/query/dollars.ts";
import { formatSat } from "@/lib/query/format.ts";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

/** Dollars with satoshi beside them as one types. */
export function PriceInput({
  label,
  value,
  error,
  msatPerUsd,
  onChange,
  hint,
  hideLabel = false,
  optional = false,
  suffix = "USD",
  spoken,
  placeholder,
}: {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly msatPerUsd?: string | undefined;
  readonly onChange: (value: string) => void;
  /** Stands where the satoshi would. */
  readonly hint?: ReactNode;
  readonly hideLabel?: boolean;
  readonly optional?: boolean;
  /** What the dollars are for: `/ 1M`, and the same for a screen reader: `US dollars per million`. */
  readonly suffix?: string;
  readonly spoken?: string;
  readonly placeholder?: string;
}) {
  const amount = parseDollars(value);
  const sat = amount === undefined ? undefined : formatSat(amount, msatPerUsd);
  return (
    <Field
      label={label}
      hideLabel={hideLabel}
      optional={optional}
      error={error}
      hint={hint ?? (amount === "0" ? "Free" : sat && `≈ ${sat}`)}
    >
      {(ids) => (
        <div className="relative">
          <span aria-hidden className="absolute inset-y-0 left-3 flex items-center text-faint">
            $
          </span>
          <Input
            {...ids}
            {...(spoken === undefined
              ? {}
              : {
                  "aria-describedby": [ids["aria-describedby"], `${ids.id}-unit`].filter(Boolean).join(" "),
                })}
            name="price"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            placeholder={placeholder}
            onChange={(event) => onChange(event.target.value)}
            className="tabular pr-16 pl-7 text-right"
          />
          <span aria-hidden className="absolute inset-y-0 right-3 flex items-center text-sm text-faint">
            {suffix}
          </span>
          {spoken !== undefined && (
            <span id={`${ids.id}-unit`} className="sr-only">
              {spoken}
            </span>
          )}
        </div>
      )}
    </Field>
  );
}
