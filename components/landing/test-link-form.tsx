"use client";
import { type FormEvent, useState } from "react";
import { InspectionNotes } from "@/components/endpoints/inspection-notes.tsx";
import { OnePriceInput } from "@/components/endpoints/price/one-price-input.tsx";
import { SlugField } from "@/components/endpoints/slug-field.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { ApiError } from "@/lib/query/api-client.ts";
import type { EndpointDto, InspectionDto } from "@/lib/query/dto.ts";
import { formFromInspection, parseEndpointForm } from "@/lib/query/endpoint-form.ts";
import { errorsFromFields } from "@/lib/query/form-errors.ts";
import { useCreateEndpoint } from "@/lib/query/use-endpoints.ts";
import { useMe } from "@/lib/query/use-me.ts";

/** Price and slug are filled in already; the button is the next thing to press. */
export function TestLinkForm({
  found,
  onCreated,
}: {
  readonly found: InspectionDto;
  readonly onCreated: (endpoint: EndpointDto) => void;
}) {
  const me = useMe();
  const create = useCreateEndpoint();
  const [form, setForm] = useState(() => formFromInspection(found));
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const fields = create.error instanceof ApiError ? errorsFromFields(create.error.fields) : {};
  const errors = { ...fields, ...typed };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = parseEndpointForm(form);
    setTyped(parsed.ok ? {} : parsed.errors);
    if (parsed.ok) create.mutate(parsed.input, { onSuccess: onCreated });
  };
  return (
    <form onSubmit={submit} noValidate className="mt-6 rounded-md border border-rule bg-surface p-5 sm:p-6">
      <InspectionNotes found={found} />
      <div className="mt-5 grid gap-4 sm:grid-cols-[13rem_1fr]">
        <OnePriceInput
          form={form.price}
          errors={errors}
          msatPerUsd={me.data?.msatPerUsd}
          onChange={(price) => setForm({ ...form, price })}
        />
        <SlugField value={form.slug} error={errors["slug"]} onChange={(slug) => setForm({ ...form, slug })} />
      </div>
      {create.error && Object.keys(fields).length === 0 && (
        <div className="mt-4">
          <Notice tone="bad">{create.error.message}</Notice>
        </div>
      )}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        busy={create.isPending}
        className="mt-6 w-full sm:w-auto"
      >
        Create test link
      </Button>
    </form>
  );
}
