"use client";
import { type FormEvent, useState } from "react";
import { BasicFields } from "./basic-fields.tsx";
import { ChargeFields } from "./charge-fields.tsx";
import { HeaderFields } from "./header-fields.tsx";
import type { FormSection } from "./form-section.ts";
import { PolicyFields } from "./policy-fields.tsx";
import { PriceFields } from "./price/price-fields.tsx";
import { PriceTester } from "./price/price-tester.tsx";
import { RouteFields } from "./route-fields.tsx";
import { SampleFields } from "./sample-fields.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { ApiError } from "@/lib/query/api-client.ts";
import type { EndpointInput, SampleDto } from "@/lib/query/dto.ts";
import { type EndpointForm, parseEndpointForm } from "@/lib/query/endpoint-form.ts";
import { type FormErrors, errorsFromFields } from "@/lib/query/form-errors.ts";

/** The whole endpoint: basics, prices with a tester, headers, policies. Used to create and to edit. */
export function EndpointFormView({
  initial,
  showSlug = false,
  seen,
  submitLabel,
  busy,
  error,
  onSubmit,
}: {
  readonly initial: EndpointForm;
  readonly showSlug?: boolean;
  /** What the test call answered, where there was one. */
  readonly seen?: SampleDto | null;
  readonly submitLabel: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (input: EndpointInput) => void;
}) {
  const [form, setForm] = useState(initial);
  // What was pressed last: its refusals are about it alone, and from then on typing says at once what is still wrong.
  const [pressed, setPressed] = useState<EndpointForm>();
  const refused = error instanceof ApiError && pressed === form ? errorsFromFields(error.fields) : {};
  const typed = pressed === undefined ? {} : errorsIn(form);
  const errors = { ...refused, ...typed };
  const section: FormSection = { form, errors, onChange: (change) => setForm({ ...form, ...change }) };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const target = event.currentTarget;
    const parsed = parseEndpointForm(form);
    setPressed(form);
    if (parsed.ok) onSubmit(parsed.input);
    // After React has marked the fields: the first wrong one gets the focus.
    else requestAnimationFrame(() => target.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-6">
      <BasicFields {...section} showSlug={showSlug} />
      <PriceFields {...section} />
      <RouteFields {...section} />
      <PriceTester form={form} />
      <HeaderFields {...section} />
      <PolicyFields {...section} />
      <ChargeFields {...section} />
      <SampleFields {...section} seen={seen} />
      {error && pressed === form && Object.keys(refused).length === 0 && (
        <Notice tone="bad">{error.message}</Notice>
      )}
      {Object.keys(errors).length > 0 && (
        <Notice tone="bad">Some fields need another look; they say why.</Notice>
      )}
      <Button type="submit" variant="primary" busy={busy}>
        {submitLabel}
      </Button>
    </form>
  );
}

function errorsIn(form: EndpointForm): FormErrors {
  const parsed = parseEndpointForm(form);
  return parsed.ok ? {} : parsed.errors;
}
