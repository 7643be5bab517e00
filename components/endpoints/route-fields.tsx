"use client";
import { Plus } from "lucide-react";
import { useRef } from "react";
import type { FormSection } from "./form-section.ts";
import { RouteRowFields } from "./route-row-fields.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { type RouteRow, moveRow } from "@/lib/query/endpoint-form.ts";

/** Price rules in the order in which they are tried. */
export function RouteFields({ form, errors, onChange }: FormSection) {
  const added = useRef(0);
  const add = (): void => {
    added.current += 1;
    onChange({
      routes: [...form.routes, { key: `new-${added.current}`, methods: "", path: "/", price: form.price }],
    });
  };
  const replace = (key: string, change: Partial<RouteRow>): void =>
    onChange({ routes: form.routes.map((row) => (row.key === key ? { ...row, ...change } : row)) });
  return (
    <Panel
      title="Price rules"
      description="Tried from top to bottom; the first that matches counts. What none matches costs the price above."
      actions={
        <Button size="sm" onClick={add}>
          <Plus aria-hidden />
          Add rule
        </Button>
      }
    >
      {form.routes.length === 0 ? (
        <p className="text-soft">
          No rules: the price above is that of every request. Add one to price a path or a method differently,
          such as <code className="font-mono text-sm whitespace-nowrap">POST /v1/images</code>.
        </p>
      ) : (
        <ol className="space-y-8">
          {form.routes.map((row, index) => (
            <RouteRowFields
              key={row.key}
              row={row}
              index={index}
              last={index === form.routes.length - 1}
              errors={errors}
              onChange={(change) => replace(row.key, change)}
              onMove={(by) => onChange({ routes: moveRow(form.routes, index, by) })}
              onRemove={() => onChange({ routes: form.routes.filter((entry) => entry.key !== row.key) })}
            />
          ))}
        </ol>
      )}
    </Panel>
  );
}
