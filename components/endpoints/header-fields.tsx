"use client";
import { Plus, Trash2 } from "lucide-react";
import { useRef } from "react";
import type { FormSection } from "./form-section.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import type { HeaderRow } from "@/lib/query/endpoint-form.ts";

/** Headers that only the upstream sees, such as its API key. Stored values are never shown again. */
export function HeaderFields({ form, errors, onChange }: FormSection) {
  const added = useRef(0);
  const add = (): void => {
    added.current += 1;
    onChange({
      headers: [...form.headers, { key: `new-${added.current}`, name: "", value: "", stored: false }],
    });
  };
  const replace = (key: string, change: Partial<HeaderRow>): void =>
    onChange({ headers: form.headers.map((row) => (row.key === key ? { ...row, ...change } : row)) });
  return (
    <Panel
      title="Upstream headers"
      description="Sent to your server with each paid request. Values are encrypted and cannot be read back."
      actions={
        <Button size="sm" onClick={add}>
          <Plus aria-hidden />
          Add header
        </Button>
      }
    >
      {form.headers.length === 0 ? (
        <p className="text-soft">
          None. Add one if your server wants a key, such as{" "}
          <code className="font-mono text-sm">Authorization</code>.
        </p>
      ) : (
        <ul className="space-y-4">
          {form.headers.map((row, index) => (
            <li key={row.key} className="grid gap-3 sm:grid-cols-[14rem_1fr_auto]">
              <Field label="Name" error={errors[`upstreamHeaders.${index}.name`]}>
                {(ids) => (
                  <Input
                    {...ids}
                    mono
                    readOnly={row.stored}
                    autoCapitalize="none"
                    spellCheck={false}
                    value={row.name}
                    onChange={(event) => replace(row.key, { name: event.target.value })}
                  />
                )}
              </Field>
              <Field label="Value" error={errors[`upstreamHeaders.${index}.value`]}>
                {(ids) => (
                  <Input
                    {...ids}
                    mono
                    type="password"
                    autoComplete="off"
                    placeholder={row.stored ? "stored; type to replace" : ""}
                    value={row.value}
                    onChange={(event) => replace(row.key, { value: event.target.value })}
                  />
                )}
              </Field>
              <div className="sm:pt-6.5">
                <Button
                  variant="quiet"
                  aria-label={`Remove header ${row.name}`}
                  onClick={() => onChange({ headers: form.headers.filter((entry) => entry.key !== row.key) })}
                  className="px-2.5"
                >
                  <Trash2 aria-hidden />
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
