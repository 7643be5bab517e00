"use client";
import { useId } from "react";
import { FreeQuotaField } from "./free-quota-field.tsx";
import { ModelField } from "./model-field.tsx";
import { ModelFields } from "./model-fields.tsx";
import { PriceSentence } from "./price-sentence.tsx";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import type { PriceForm } from "@/lib/query/price-form.ts";

/** The one editor for a price of any model: the endpoint's default price and each rule. */
export function PriceEditor({
  legend,
  hideLegend = false,
  field,
  form,
  errors,
  onChange,
}: {
  readonly legend: string;
  readonly hideLegend?: boolean;
  /** Name of the price in the API: `price`, `routes.2.price`. */
  readonly field: string;
  readonly form: PriceForm;
  readonly errors: FormErrors;
  readonly onChange: (form: PriceForm) => void;
}) {
  const sentenceId = useId();
  const errorOf = (member: string): string | undefined => errors[`${field}.${member}`];
  return (
    <fieldset aria-describedby={sentenceId} className="min-w-0 space-y-5">
      <legend className={hideLegend ? "sr-only" : "text-sm font-medium"}>{legend}</legend>
      <div className="grid gap-5 sm:grid-cols-[14rem_minmax(0,1fr)]">
        <ModelField
          model={form.model}
          error={errors[field] ?? errorOf("model")}
          onChange={(model) => onChange({ ...form, model })}
        />
        <ModelFields form={form} errorOf={errorOf} onChange={onChange} />
      </div>
      <FreeQuotaField
        value={form.freePerDay}
        error={errorOf("freePerDay")}
        onChange={(freePerDay) => onChange({ ...form, freePerDay })}
      />
      <PriceSentence id={sentenceId} form={form} />
    </fieldset>
  );
}
