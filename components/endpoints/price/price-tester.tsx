"use client";
import { useState } from "react";
import { TesterAnswer } from "./tester-answer.tsx";
import { TesterRequest } from "./tester-request.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { ApiError } from "@/lib/query/api-client.ts";
import type { PriceCheckDraft } from "@/lib/query/dto.ts";
import { type EndpointForm, parsePrices } from "@/lib/query/endpoint-form.ts";
import { errorsFromFields } from "@/lib/query/form-errors.ts";
import { emptyTester, parseTester } from "@/lib/query/tester-form.ts";
import { usePriceCheck } from "@/lib/query/use-price-check.ts";
import { useEditedSatRate } from "@/lib/query/use-sat-rate.ts";

/** Tries a request against the prices as they stand in the form, saved or not. The gateway's own matcher answers. */
export function PriceTester({ form }: { readonly form: EndpointForm }) {
  const msatPerUsd = useEditedSatRate();
  const [tester, setTester] = useState(emptyTester);
  const prices = parsePrices(form);
  const parsed = parseTester(tester);
  const draft: PriceCheckDraft | undefined =
    prices.ok && parsed.ok
      ? { price: prices.price, routes: prices.routes, match: form.match, request: parsed.request }
      : undefined;
  const check = usePriceCheck(draft);
  const refused = check.error instanceof ApiError ? errorsFromFields(check.error.fields) : {};
  const metered = [form.price, ...form.routes.map((route) => route.price)].some(
    (price) => price.model === "metered",
  );
  return (
    <Panel title="Try a request" description="Which rule matches, and what would it cost? Nothing is sent.">
      <div className="grid gap-6 lg:grid-cols-2">
        <TesterRequest
          value={tester}
          errors={{ ...refused, ...(parsed.ok ? {} : parsed.errors) }}
          metered={metered}
          onChange={(change) => setTester({ ...tester, ...change })}
        />
        <div aria-live="polite" aria-busy={check.isFetching} className="min-w-0">
          {!prices.ok ? (
            <p className="text-sm text-faint">Complete the prices above to try them.</p>
          ) : check.error ? (
            <Notice tone="bad">{check.error.message}</Notice>
          ) : check.data && parsed.ok ? (
            <TesterAnswer answer={check.data} msatPerUsd={msatPerUsd} />
          ) : null}
        </div>
      </div>
    </Panel>
  );
}
