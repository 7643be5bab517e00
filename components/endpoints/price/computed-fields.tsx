import { CircleAlert, CircleCheck } from "lucide-react";
import type { PriceSection } from "./price-section.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import { checkExpression, expressionExamples, expressionFacts } from "@/lib/query/expression-hints.ts";
import type { PriceForm } from "@/lib/query/price-form.ts";

/** A formula with what it can read, and what is wrong with it as one types. */
export function ComputedFields({
  value,
  errorOf,
  msatPerUsd,
  onChange,
}: PriceSection<PriceForm["computed"]>) {
  return (
    <div className="min-w-0 space-y-4">
      <Field
        label="Formula, in US dollars"
        error={errorOf("expression")}
        hint={<ExpressionFeedback text={value.expression} />}
      >
        {(ids) => (
          <Textarea
            {...ids}
            rows={3}
            maxLength={1000}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            value={value.expression}
            onChange={(event) => onChange({ expression: event.target.value })}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-faint">Examples</span>
        {expressionExamples.map(({ label, expression }) => (
          <Button key={label} size="sm" onClick={() => onChange({ expression })}>
            {label}
          </Button>
        ))}
      </div>
      <details>
        <summary className="cursor-pointer text-sm text-soft hover:text-ink">What it can read</summary>
        <dl className="mt-2 space-y-1 text-sm">
          {expressionFacts.map(({ fact, says }) => (
            <div key={fact} className="flex flex-wrap gap-x-3">
              <dt className="font-mono">{fact}</dt>
              <dd className="text-faint">{says}</dd>
            </div>
          ))}
        </dl>
      </details>
      <div className="max-w-72">
        <PriceInput
          label="Highest price"
          value={value.maximum}
          error={errorOf("maximum")}
          msatPerUsd={msatPerUsd}
          onChange={(maximum) => onChange({ maximum })}
        />
        <p className="mt-1.5 text-sm text-faint">
          Also charged when a field is missing, there twice or cannot be read: never less by accident.
        </p>
      </div>
    </div>
  );
}

function ExpressionFeedback({ text }: { readonly text: string }) {
  const checked = checkExpression(text);
  return (
    <span aria-live="polite" className={`flex gap-1.5 ${checked.ok ? "text-good" : "text-bad"}`}>
      {checked.ok ? (
        <>
          <CircleCheck className="mt-0.5 size-4 shrink-0" aria-hidden />
          {checked.reads.length === 0
            ? "Reads nothing of the request."
            : `Reads ${checked.reads.join(", ")}.`}
        </>
      ) : (
        <>
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {`Not a formula yet: ${checked.message}`}
        </>
      )}
    </span>
  );
}
