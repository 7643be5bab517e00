import { describePriceForm } from "@/lib/query/describe-price-form.ts";
import type { PriceForm } from "@/lib/query/price-form.ts";

/** What has been typed, as payers will read it. */
export function PriceSentence({ id, form }: { readonly id: string; readonly form: PriceForm }) {
  const sentence = describePriceForm(form);
  return (
    <p id={id} aria-live="polite" className="border-l-2 border-accent pl-3 text-sm text-soft">
      {sentence === undefined ? (
        "Not complete yet."
      ) : (
        <>
          Payers read: <span className="font-medium text-ink">{sentence}</span>
        </>
      )}
    </p>
  );
}
