import { Field } from "@/components/ui/field.tsx";
import { Input, Select } from "@/components/ui/input.tsx";
import { type DurationForm, durationUnits, isDurationUnit } from "@/lib/query/duration-form.ts";

/** A number and its unit: 24 hours. */
export function DurationField({
  label,
  value,
  error,
  hint,
  onChange,
}: {
  readonly label: string;
  readonly value: DurationForm;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly onChange: (value: DurationForm) => void;
}) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(ids) => (
        <div className="flex gap-2">
          <Input
            {...ids}
            inputMode="numeric"
            autoComplete="off"
            value={value.count}
            onChange={(event) => onChange({ ...value, count: event.target.value })}
            className="tabular w-20 text-right"
          />
          <Select
            aria-label={`${label}: unit`}
            value={value.unit}
            onChange={(event) =>
              isDurationUnit(event.target.value) && onChange({ ...value, unit: event.target.value })
            }
          >
            {Object.keys(durationUnits)
              .toReversed()
              .map((unit) => (
                <option key={unit}>{unit}</option>
              ))}
          </Select>
        </div>
      )}
    </Field>
  );
}
