import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { PriceEditor } from "./price/price-editor.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { RouteRow } from "@/lib/query/endpoint-form.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";

interface Props {
  readonly row: RouteRow;
  readonly index: number;
  readonly last: boolean;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<RouteRow>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

export function RouteRowFields(props: Props) {
  const { row, index, errors, onChange } = props;
  const rule = `Rule ${index + 1}`;
  return (
    <li aria-label={rule} className="space-y-4 border-l-2 border-rule-strong pl-4">
      <div className="grid gap-3 sm:grid-cols-[8rem_1fr_auto]">
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
        <RowActions {...props} rule={rule} />
      </div>
      <PriceEditor
        legend={`${rule}: price`}
        hideLegend
        field={`routes.${index}.price`}
        form={row.price}
        errors={errors}
        onChange={(price) => onChange({ price })}
      />
    </li>
  );
}

function RowActions({ rule, index, last, onMove, onRemove }: Props & { readonly rule: string }) {
  return (
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
  );
}
