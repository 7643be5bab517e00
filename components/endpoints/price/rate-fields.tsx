import { Disclosure } from "./disclosure.tsx";
import type { PriceSection } from "./price-section.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PriceInput } from "@/components/ui/price-input.tsx";
import type { RateName, RatesForm } from "@/lib/query/price-form.ts";
import { tokenPresets } from "@/lib/query/price-models.ts";

interface RateLabel {
  readonly name: Exclude<RateName, "costPercent">;
  readonly label: string;
  readonly suffix: string;
  readonly spoken: string;
}

const tokens: readonly RateLabel[] = [
  { name: "inputToken", label: "Input tokens", suffix: "/ 1M", spoken: "US dollars per million tokens" },
  {
    name: "cachedInputToken",
    label: "Cached input",
    suffix: "/ 1M",
    spoken: "US dollars per million tokens",
  },
  { name: "outputToken", label: "Output tokens", suffix: "/ 1M", spoken: "US dollars per million tokens" },
];
const others: readonly RateLabel[] = [
  { name: "second", label: "Second", suffix: "/ s", spoken: "US dollars per second" },
  { name: "byte", label: "Megabyte", suffix: "/ MB", spoken: "US dollars per megabyte" },
  { name: "unit", label: "Reported unit", suffix: "/ unit", spoken: "US dollars per unit" },
];

type Props = Pick<PriceSection<RatesForm>, "errorOf" | "onChange"> & { readonly rates: RatesForm };

/** What each unit costs; several may count at once. An empty one is free. */
export function RateFields(props: Props) {
  const { rates, errorOf, onChange } = props;
  const isUsed = others.some(({ name }) => rates[name] !== "") || rates.costPercent !== "";
  const isWrong = [...others.map(({ name }) => name), "costPercent"].some(
    (name) => errorOf(name) !== undefined,
  );
  return (
    <fieldset className="min-w-0 space-y-4">
      <legend className="text-sm font-medium">
        Rates <span className="ml-1 font-normal text-faint">leave empty what is free</span>
      </legend>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-faint">Start from</span>
        {tokenPresets.map(({ label, ...preset }) => (
          <Button key={label} size="sm" onClick={() => onChange(preset)}>
            {label}
          </Button>
        ))}
      </div>
      <RateRow {...props} names={tokens} />
      <Disclosure summary="Other units" used={isUsed} wrong={isWrong}>
        <div className="space-y-4">
          <RateRow {...props} names={others} />
          <CostPercent {...props} />
        </div>
      </Disclosure>
      {errorOf("") !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {errorOf("")}
        </p>
      )}
    </fieldset>
  );
}

function RateRow({ rates, errorOf, onChange, names }: Props & { readonly names: readonly RateLabel[] }) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {names.map(({ name, label, suffix, spoken }) => (
        <PriceInput
          key={name}
          label={label}
          suffix={suffix}
          spoken={spoken}
          value={rates[name]}
          error={errorOf(name)}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
    </div>
  );
}

function CostPercent({ rates, errorOf, onChange }: Props) {
  return (
    <div className="max-w-72">
      <Field
        label="Percent of the upstream's cost"
        error={errorOf("costPercent")}
        hint="For an upstream that says what an answer cost it; 120 adds a fifth."
      >
        {(ids) => (
          <Input
            {...ids}
            inputMode="numeric"
            autoComplete="off"
            value={rates.costPercent}
            onChange={(event) => onChange({ costPercent: event.target.value })}
            className="tabular text-right"
          />
        )}
      </Field>
    </div>
  );
}
