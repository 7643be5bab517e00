import type { FormSection } from "../form-section.ts";
import { PriceEditor } from "./price-editor.tsx";
import { Panel } from "@/components/ui/panel.tsx";

/** What costs a request that no rule matches. */
export function PriceFields({ form, errors, onChange }: FormSection) {
  return (
    <Panel title="Price">
      <PriceEditor
        legend="Default price"
        hideLegend
        field="price"
        form={form.price}
        errors={errors}
        onChange={(price) => onChange({ price })}
      />
    </Panel>
  );
}
