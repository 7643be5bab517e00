"use client";
import { useState } from "react";
import type { FormSection } from "./form-section.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import type { SampleDto } from "@/lib/query/dto.ts";
import { useInspect } from "@/lib/query/use-inspect.ts";

interface SampleSection extends FormSection {
  /** What the test call answered; `undefined`: there was none, and the server is asked on demand. */
  readonly seen: SampleDto | null | undefined;
}

/** An answer for agents to look at before they pay. Published only as its creator leaves it here. */
export function SampleFields({ form, errors, onChange, seen }: SampleSection) {
  const { said, isLooking, take } = useSeenAnswer(form.url, seen, (sample) => onChange({ sample }));
  return (
    <Panel
      title="Sample answer"
      description="Shown to agents inside the 402, before anybody pays. Leave it empty for none."
      actions={
        seen !== null && (
          <Button size="sm" busy={isLooking} onClick={take}>
            {seen === undefined ? "Ask the upstream" : "Use the answer of the test call"}
          </Button>
        )
      }
    >
      <div className="space-y-5">
        <Field
          label="Content type"
          optional
          error={errors["sample.contentType"]}
          hint="Such as application/json or text/plain."
        >
          {(ids) => (
            <Input
              {...ids}
              mono
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              maxLength={128}
              value={form.sample.contentType}
              onChange={(event) => onChange({ sample: { ...form.sample, contentType: event.target.value } })}
            />
          )}
        </Field>
        <Field
          label="Answer"
          optional
          error={errors["sample.body"]}
          hint="Text, at most 4 kB. It is public: leave out what payers pay for."
        >
          {(ids) => (
            <Textarea
              {...ids}
              rows={6}
              spellCheck={false}
              value={form.sample.body}
              onChange={(event) => onChange({ sample: { ...form.sample, body: event.target.value } })}
              className="font-mono"
            />
          )}
        </Field>
        <p role="status" className="text-sm text-soft empty:hidden">
          {said}
        </p>
      </div>
    </Panel>
  );
}

function useSeenAnswer(url: string, seen: SampleDto | null | undefined, onTake: (sample: SampleDto) => void) {
  const inspect = useInspect();
  const [said, setSaid] = useState("");
  const use = (sample: SampleDto | null): void => {
    if (sample !== null) onTake(sample);
    setSaid(
      sample === null
        ? "Its answer cannot be used: it is not short text, or it wants a header or another method."
        : "Taken over. Look through it: everybody can read it.",
    );
  };
  const look = (): void =>
    inspect.mutate(url.trim(), {
      onSuccess: (found) => use(found.sample),
      onError: (error) => setSaid(error.message),
    });
  return { said, isLooking: inspect.isPending, take: () => (seen === undefined ? look() : use(seen)) };
}
