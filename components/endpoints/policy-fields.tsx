import type { FormSection } from "./form-section.ts";
import { CheckField } from "@/components/ui/check-field.tsx";
import { Panel } from "@/components/ui/panel.tsx";

/** What a payment is good for, and what reaches the upstream. */
export function PolicyFields({ form, onChange }: FormSection) {
  return (
    <Panel title="What one payment buys">
      <div className="space-y-5">
        <CheckField
          label="The exact query"
          hint="A payment for ?city=Paris does not open ?city=Rome. Method and path always count."
          checked={form.bindQuery}
          onChange={(bindQuery) => onChange({ bindQuery })}
        />
        <CheckField
          label="The exact body"
          hint="The body's SHA-256 is part of what is paid for. Payers must send the same body twice."
          checked={form.bindBody}
          onChange={(bindBody) => onChange({ bindBody })}
        />
        <CheckField
          label="Pass the payer's own Authorization header"
          hint="For an upstream with accounts of its own. Payment credentials are always removed."
          checked={form.passAuthorization}
          onChange={(passAuthorization) => onChange({ passAuthorization })}
        />
      </div>
    </Panel>
  );
}
