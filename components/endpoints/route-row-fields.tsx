import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { FormErrors, RouteRow } from "@/lib/query/endpoint-form.ts";

export function RouteRowFields({
  row,
  index,
  last,
  errors,
  onChange,
  onMove,
  onRemove,
}: {
  readonly row: RouteRow;
  readonly index: number;
  readonly last: boolean;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<RouteRow>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}) {
  const rule = `Rule ${index + 1}`;
  return (
    <li
      aria-label={rule}
      className="grid gap-3 border-l-2 border-rule-strong pl-4 sm:grid-cols-[8rem_1fr_10rem_auto]"
    >
      <Field label="Methods" error={errors[`routes.${index}.methods`]}>
        {(ids) => (
          <Input
            {...ids}
            mono
            placeholder="any"
            autoCapitalize="characters"
            value={row.methods}
            onChange={(event) => onChange({ methods: event.target.value })}
          />
        )}
      </Field>
      <Field label="Path" error={errors[`routes.${index}.path`]}>
        {(ids) => (
          <Input
            {...ids}
            mono
            placeholder="/v1/*"
            autoCapitalize="none"
            spellCheck={false}
            value={row.path}
            onChange={(event) => onChange({ path: event.target.value })}
          />
        )}
      </Field>
      <PriceInput
        label="Price"
        value={row.price}
        error={errors[`routes.${index}.price`]}
        onChange={(price) => onChange({ price })}
      />
      <div className="flex items-start sm:pt-6.5">
        <Button
          variant="quiet"
          aria-label={`${rule}: move up`}
          disabled={index === 0}
          onClick={() => onMove(-1)}
          className="px-2.5"
        >
          <ArrowUp aria-hidden />
        </Button>
        <Button
          variant="quiet"
          aria-label={`${rule}: move down`}
          disabled={last}
          onClick={() => onMove(1)}
          className="px-2.5"
        >
          <ArrowDown aria-hidden />
        </Button>
        <Button variant="quiet" aria-label={`${rule}: remove`} onClick={onRemove} className="px-2.5">
          <Trash2 aria-hidden />
        </Button>
      </div>
    </li>
  );
}
