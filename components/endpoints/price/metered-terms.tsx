import { Disclosure } from "./disclosure.tsx";
import { DurationField } from "./duration-field.tsx";
import type { PriceSection } from "./price-section.ts";
import { CheckField } from "@/components/ui/check-field.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Select } from "@/components/ui/input.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { MeteredForm } from "@/lib/query/price-form.ts";

const leaving: Readonly<Record<MeteredForm["onLeave"], string>> = {
  cancel: "The upstream is stopped; what was delivered is charged.",
  drain: "The answer is read on for a while, and what the upstream reports is charged.",
};

/** Terms that are right for most: opened by who wants others. */
export function MeteredTerms({ value, errorOf, onChange }: PriceSection<MeteredForm>) {
  return (
    <Disclosure
      summary="Further terms"
      used={value.minimum !== "" || !value.clampOutput || value.onLeave === "drain"}
      wrong={errorOf("minimum") !== undefined || errorOf("validSeconds") !== undefined}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <DurationField
          label="A deposit is good for"
          value={value.valid}
          error={errorOf("validSeconds")}
          onChange={(valid) => onChange({ valid })}
        />
        <PriceInput
          label="Least that an answer costs"
          optional
          value={value.minimum}
          error={errorOf("minimum")}
          placeholder="0.00"
          onChange={(minimum) => onChange({ minimum })}
        />
        <Field label="When a payer leaves early" hint={leaving[value.onLeave]}>
          {(ids) => (
            <Select
              {...ids}
              value={value.onLeave}
              onChange={(event) => onChange({ onLeave: event.target.value === "drain" ? "drain" : "cancel" })}
            >
              <option value="cancel">Stop the upstream</option>
              <option value="drain">Read on</option>
            </Select>
          )}
        </Field>
        <CheckField
          label="Shorten answers to what the balance affords"
          hint="Lowers max_tokens of a request instead of refusing it."
          checked={value.clampOutput}
          onChange={(clampOutput) => onChange({ clampOutput })}
        />
      </div>
    </Disclosure>
  );
}
