import { Disclosure } from "./disclosure.tsx";
import { CountField } from "./count-field.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Select, Textarea } from "@/components/ui/input.tsx";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import type { TesterForm, UsageForm } from "@/lib/query/tester-form.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;

const usageFields: readonly { readonly name: keyof UsageForm; readonly label: string }[] = [
  { name: "inputTokens", label: "Input tokens" },
  { name: "cachedInputTokens", label: "Cached input" },
  { name: "outputTokens", label: "Output tokens" },
  { name: "seconds", label: "Seconds" },
  { name: "megabytes", label: "Megabytes" },
  { name: "units", label: "Units" },
  { name: "costUsd", label: "Cost in $" },
];

interface Props {
  readonly value: TesterForm;
  readonly errors: FormErrors;
  /** Whether the price that applies counts anything. */
  readonly metered: boolean;
  readonly onChange: (change: Partial<TesterForm>) => void;
}

/** The request that is tried. */
export function TesterRequest({ value, errors, metered, onChange }: Props) {
  return (
    <div className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-[7rem_minmax(0,1fr)]">
        <Field label="Method" error={errors["request.method"]}>
          {(ids) => (
            <Select
              {...ids}
              value={value.method}
              onChange={(event) => onChange({ method: event.target.value })}
            >
              {methods.map((method) => (
                <option key={method}>{method}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Path and query" error={errors["request.path"] ?? errors["request.query"]}>
          {(ids) => (
            <Input
              {...ids}
              mono
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              placeholder="/v1/chat?lang=en"
              value={value.target}
              onChange={(event) => onChange({ target: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Disclosure summary="JSON body" used={value.body !== ""} wrong={errors["request.body"] !== undefined}>
        <Field label="JSON body" hideLabel error={errors["request.body"]}>
          {(ids) => (
            <Textarea
              {...ids}
              rows={4}
              spellCheck={false}
              className="font-mono"
              placeholder='{"model": "large"}'
              value={value.body}
              onChange={(event) => onChange({ body: event.target.value })}
            />
          )}
        </Field>
      </Disclosure>
      {metered && (
        <UsageFields value={value.usage} errors={errors} onChange={(usage) => onChange({ usage })} />
      )}
    </div>
  );
}

function UsageFields({
  value,
  errors,
  onChange,
}: {
  readonly value: UsageForm;
  readonly errors: FormErrors;
  readonly onChange: (value: UsageForm) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">What its answer would use</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {usageFields.map(({ name, label }) => (
          <CountField
            key={name}
            label={label}
            value={value[name]}
            placeholder="0"
            error={errors[`request.usage.${name}`]}
            onChange={(text) => onChange({ ...value, [name]: text })}
          />
        ))}
      </div>
    </fieldset>
  );
}
