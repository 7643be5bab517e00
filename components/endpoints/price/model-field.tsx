import type { PriceModel } from "@x402-paywall/core";
import { Field } from "@/components/ui/field.tsx";
import { Select } from "@/components/ui/input.tsx";
import { isPriceModel, priceModels } from "@/lib/query/price-models.ts";

/** How is charged, with a line about the choice. What was typed for another model stays. */
export function ModelField({
  model,
  error,
  onChange,
}: {
  readonly model: PriceModel;
  readonly error: string | undefined;
  readonly onChange: (model: PriceModel) => void;
}) {
  return (
    <Field
      label="Payers are charged"
      error={error}
      hint={priceModels.find((entry) => entry.model === model)?.says}
    >
      {(ids) => (
        <Select
          {...ids}
          name="model"
          value={model}
          onChange={(event) => isPriceModel(event.target.value) && onChange(event.target.value)}
        >
          {priceModels.map((entry) => (
            <option key={entry.model} value={entry.model}>
              {entry.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
