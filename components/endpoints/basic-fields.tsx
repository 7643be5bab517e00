import type { FormSection } from "./form-section.ts";
import { SlugField } from "./slug-field.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Select, Textarea } from "@/components/ui/input.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { findKind, kindChoices } from "@/lib/query/endpoint-kinds.ts";

export function BasicFields({
  form,
  errors,
  onChange,
  showSlug,
}: FormSection & { readonly showSlug: boolean }) {
  return (
    <Panel title="What is sold">
      <div className="grid gap-5 sm:grid-cols-[1fr_12rem]">
        <Field label="Upstream URL" error={errors["url"]} hint="Payers never see it.">
          {(ids) => (
            <Input
              {...ids}
              mono
              type="url"
              inputMode="url"
              autoCapitalize="none"
              spellCheck={false}
              value={form.url}
              onChange={(event) => onChange({ url: event.target.value })}
            />
          )}
        </Field>
        <MatchField form={form} errors={errors} onChange={onChange} />
        <Field label="Title" error={errors["title"]}>
          {(ids) => (
            <Input
              {...ids}
              value={form.title}
              maxLength={120}
              onChange={(event) => onChange({ title: event.target.value })}
            />
          )}
        </Field>
        <KindField form={form} errors={errors} onChange={onChange} />
        <div className="sm:col-span-2">
          <Field
            label="Description"
            optional
            error={errors["description"]}
            hint="Shown on the payment page, as plain text."
          >
            {(ids) => (
              <Textarea
                {...ids}
                rows={3}
                maxLength={2000}
                value={form.description}
                onChange={(event) => onChange({ description: event.target.value })}
              />
            )}
          </Field>
        </div>
        {showSlug && (
          <div className="sm:col-span-2">
            <SlugField value={form.slug} error={errors["slug"]} onChange={(slug) => onChange({ slug })} />
          </div>
        )}
      </div>
    </Panel>
  );
}

function MatchField({ form, errors, onChange }: FormSection) {
  return (
    <Field
      label="Sells"
      error={errors["match"]}
      hint={form.match === "exact" ? "Other paths are not found." : "Everything under it too."}
    >
      {(ids) => (
        <Select
          {...ids}
          value={form.match}
          onChange={(event) => onChange({ match: event.target.value === "prefix" ? "prefix" : "exact" })}
        >
          <option value="exact">This URL only</option>
          <option value="prefix">URL and below</option>
        </Select>
      )}
    </Field>
  );
}

function KindField({ form, errors, onChange }: FormSection) {
  return (
    <Field label="It is" error={errors["kind"]} hint={findKind(form.kind)?.says}>
      {(ids) => (
        <Select
          {...ids}
          value={form.kind}
          onChange={(event) => onChange({ kind: findKind(event.target.value)?.kind ?? form.kind })}
        >
          {kindChoices.map((entry) => (
            <option key={entry.kind} value={entry.kind}>
              {entry.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
