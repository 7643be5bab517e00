"use client";
import Link from "next/link";
import { Amount } from "@/components/ui/amount.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import { PaymentState } from "@/components/payments/payment-state.tsx";
import { usePayments } from "@/lib/query/use-payments.ts";

/** Ticks when somebody pays; the receipt is one click away. */
export function LivePayments({ endpointId }: { readonly endpointId: string }) {
  const list = usePayments({ endpoint: endpointId }, { live: true, pageSize: 5 });
  return (
    <section aria-label="Payments of this link" className="rounded-md border border-rule bg-surface">
      <h3 className="flex items-center gap-2 border-b border-rule px-4 py-2 text-sm font-medium">
        <span className="size-2 animate-pulse rounded-full bg-good" aria-hidden />
        Payments, live
      </h3>
      <div aria-live="polite">
        {list.items.length === 0 ? (
          <p className="px-4 py-4 text-sm text-soft">
            {list.error ? list.error.message : "Waiting for the first payment. It appears here by itself."}
          </p>
        ) : (
          <ul className="divide-y divide-rule">
            {list.items.map((payment) => (
              <li key={payment.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
                <PaymentState state={payment.state} />
                <span className="text-sm text-soft">
                  {payment.wire} <TimeAgo at={payment.createdAt} />
                </span>
                <Amount value={payment.amount} className="ml-auto font-medium" />
                {payment.receiptId !== null && (
                  <Link
                    href={`/r/${payment.receiptId}`}
                    className="text-sm text-accent underline underline-offset-4"
                  >
                    Receipt
                  </Link>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
