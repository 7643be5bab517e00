import type { FormSection } from "./form-section.ts";
import { RadioChoice } from "@/components/ui/radio-choice.tsx";
import { Panel } from "@/components/ui/panel.tsx";

/** When a payment is made final, where its rail leaves the choice. */
export function ChargeFields({ form, onChange }: FormSection) {
  return (
    <Panel title="When a payment is settled">
      <fieldset className="space-y-5">
        <legend className="sr-only">When a payment is settled</legend>
        <RadioChoice
          name="settle"
          label="After your server began a good answer"
          hint="Payers are charged only if it is delivered; the first byte waits for the settlement. The default."
          checked={!form.settleFirst}
          onSelect={() => onChange({ settleFirst: false })}
        />
        <RadioChoice
          name="settle"
          label="Before your server is asked"
          hint="For answers that cost you money to make: nobody can have one made and then not pay. If your server fails, the same payment can be used again, or you refund it by hand."
          checked={form.settleFirst}
          onSelect={() => onChange({ settleFirst: true })}
        />
      </fieldset>
    </Panel>
  );
}
