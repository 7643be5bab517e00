import { describeState } from "./payment-state.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PaymentDetailDto } from "@/lib/query/dto.ts";
import { formatExact } from "@/lib/query/format.ts";

/** What happened, oldest first, with milliseconds since the first for what follows within a minute. */
export function PaymentTimeline({ payment }: { readonly payment: PaymentDetailDto }) {
  const first = Date.parse(payment.timeline[0]?.at ?? payment.createdAt);
  const since = (at: string): number => Math.max(0, Date.parse(at) - first);
  if (payment.timeline.length === 0)
    return <p className="text-soft">Nothing was recorded for this payment.</p>;
  return (
    <ol className="relative space-y-5 border-l border-rule-strong pl-5">
      {payment.timeline.map((step, index) => (
        <li key={`${step.at}-${index}`} className="relative">
          <span
            aria-hidden
            className="absolute top-1.5 -left-[1.6rem] size-2.5 rounded-full border-2 border-surface bg-accent outline outline-accent"
          />
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <p className="font-medium">{describeState(step.state)}</p>
            <p className="tabular text-sm text-faint" title={formatExact(Date.parse(step.at))}>
              {index > 0 && since(step.at) < 60_000 ? `+${since(step.at)} ms` : <TimeAgo at={step.at} />}
            </p>
          </div>
          {step.detail !== null && <p className="text-sm break-words text-soft">{step.detail}</p>}
        </li>
      ))}
    </ol>
  );
}
