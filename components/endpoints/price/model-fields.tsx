"use client";
import { BundleFields } from "./bundle-fields.tsx";
import { ComputedFields } from "./computed-fields.tsx";
import { MeteredFields } from "./metered-fields.tsx";
import { PassFields } from "./pass-fields.tsx";
import { PayWhatYouWantFields } from "./pay-what-you-want-fields.tsx";
import type { PriceSection } from "./price-section.ts";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { PriceForm } from "@/lib/query/price-form.ts";
import { useEditedSatRate } from "@/lib/query/use-sat-rate.ts";

/** The inputs of the chosen model; the others keep what they hold. */
export function ModelFields({
  form,
  errorOf,
  onChange,
}: {
  readonly form: PriceForm;
  readonly errorOf: PriceSection<unknown>["errorOf"];
  readonly onChange: (form: PriceForm) => void;
}) {
  const msatPerUsd = useEditedSatRate();
  switch (form.model) {
    case "per-request":
      return (
        <div className="max-w-48">
          <PriceInput
            label="Price per request"
            value={form.perRequest.amount}
            error={errorOf("amount")}
            msatPerUsd={msatPerUsd}
            onChange={(amount) => onChange({ ...form, perRequest: { amount } })}
          />
        </div>
      );
    case "bundle":
      return (
        <BundleFields
          value={form.bundle}
          errorOf={errorOf}
          msatPerUsd={msatPerUsd}
          onChange={(change) => onChange({ ...form, bundle: { ...form.bundle, ...change } })}
        />
      );
    case "pass":
      return (
        <PassFields
          value={form.pass}
          errorOf={errorOf}
          msatPerUsd={msatPerUsd}
          onChange={(change) => onChange({ ...form, pass: { ...form.pass, ...change } })}
        />
      );
    case "metered":
      return (
        <MeteredFields
          value={form.metered}
          errorOf={errorOf}
          msatPerUsd={msatPerUsd}
          onChange={(change) => onChange({ ...form, metered: { ...form.metered, ...change } })}
        />
      );
    case "pay-what-you-want":
      return (
        <PayWhatYouWantFields
          value={form.payWhatYouWant}
          errorOf={errorOf}
          msatPerUsd={msatPerUsd}
          onChange={(change) => onChange({ ...form, payWhatYouWant: { ...form.payWhatYouWant, ...change } })}
        />
      );
    case "computed":
      return (
        <ComputedFields
          value={form.computed}
          errorOf={errorOf}
          msatPerUsd={msatPerUsd}
          onChange={(change) => onChange({ ...form, computed: { ...form.computed, ...change } })}
        />
      );
  }
}
