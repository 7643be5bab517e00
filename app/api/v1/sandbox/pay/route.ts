import { readJson } from "../../../../../lib/http/read-json.ts";
import { json } from "../../../../../lib/http/respond.ts";
import { openRoute, preflight } from "../../../../../lib/http/route.ts";
import { payInvoice, payInvoiceInput } from "../../../../../lib/services/sandbox/pay-invoice.ts";

/** The sandbox wallet, for payment pages on the content origin and for agents. */
export const POST = openRoute(async ({ request, runtime, clientAddress }) => {
  const input = await readJson(request, payInvoiceInput);
  return json(await payInvoice({ ctx: { ...runtime, clientAddress }, input }));
});

export const OPTIONS = preflight;
