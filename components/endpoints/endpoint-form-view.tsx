"use client";
import { type FormEvent, useState } from "react";
import { BasicFields } from "./basic-fields.tsx";
import { HeaderFields } from "./header-fields.tsx";
import { PolicyFields } from "./policy-fields.tsx";
import { RouteFields } from "./route-fields.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { ApiError } from "@/lib/query/api-client.ts";
import type { EndpointInput } from "@/lib/query/dto.ts";
import {
  type EndpointForm,
  type FormErrors,
  errorsFromFields,
  parseEndpointForm,
} from "@/lib/query/endpoint-form.ts";

export interface FormSection {
  readonly form: EndpointForm;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<EndpointForm>) => void;
}

/** The whole endpoint: basics, price rules, headers, policies. Used to create and to edit. */
export function EndpointFormView({
  initial,
  showSlug = false,
  submitLabel,
  busy,
  error,
  onSubmit,
}: {
  readonly initial: EndpointForm;
  readonly showSlug?: boolean;
  readonly submitLabel: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (input: EndpointInput) => void;
}) {
  const [form, setForm] = useState(initial);
  const [typed, setTyped] = useState<FormErrors>({});
  const refused = error instanceof ApiError ? errorsFromFields(error.fields) : {};
  const errors = { ...refused, ...typed };
  const section: FormSection = { form, errors, onChange: (change) => setForm({ ...form, ...change }) };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const target = event.currentTarget;
    const parsed = parseEndpointForm(form);
    setTyped(parsed.ok ? {} : parsed.errors);
    if (parsed.ok) onSubmit(parsed.input);
    // After React has marked the fields: the first wrong one gets the focus.
    else requestAnimationFrame(() => target.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-6">
      <BasicFields {...section} showSlug={showSlug} />
      <RouteFields {...section} />
      <HeaderFields {...section} />
      <PolicyFields {...section} />
      {error && Object.keys(refused).length === 0 && <Notice tone="bad">{error.message}</Notice>}
      {Object.keys(errors).length > 0 && (
        <Notice tone="bad">Some fields need another look; they say why.</Notice>
      )}
      <Button type="submit" variant="primary" busy={busy}>
        {submitLabel}
      </Button>
    </form>
  );
}
