import type { EndpointForm } from "@/lib/query/endpoint-form.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";

/** What each part of the endpoint's form is given. */
export interface FormSection {
  readonly form: EndpointForm;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<EndpointForm>) => void;
}
