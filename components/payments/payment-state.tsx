import { Badge, type Tone } from "@/components/ui/badge.tsx";
import type { PaymentStateDto } from "@/lib/query/dto.ts";

const states: Readonly<
  Record<PaymentStateDto, { readonly label: string; readonly tone: Tone; readonly says: string }>
> = {
  claimed: { label: "Started", tone: "neutral", says: "The payment was presented; nothing has moved yet." },
  settling: { label: "Settling", tone: "neutral", says: "The money is being moved." },
  settled: { label: "Paid", tone: "accent", says: "The money moved; the answer is on its way." },
  delivered: { label: "Delivered", tone: "good", says: "Paid, and the answer was delivered." },
  unknown: {
    label: "Being checked",
    tone: "hold",
    says: "The rail did not answer; the outcome is being looked up.",
  },
  released: { label: "Not charged", tone: "neutral", says: "The upstream failed, so nothing was charged." },
  "refund-due": {
    label: "Refund due",
    tone: "bad",
    says: "Paid but not delivered; the payer is owed a refund.",
  },
  refunded: { label: "Refunded", tone: "neutral", says: "The payer has the money back." },
  expired: { label: "Expired", tone: "neutral", says: "The quote ran out before it was paid." },
};

export function PaymentState({ state }: { readonly state: PaymentStateDto }) {
  const { label, tone, says } = states[state];
  return (
    <span title={says}>
      <Badge tone={tone}>{label}</Badge>
    </span>
  );
}

/** What only a timeline says: it is no state that a payment stays in. */
const steps: Readonly<Record<string, string>> = {
  interrupted: "Answered in part",
  refunding: "Refund begun",
  "refunded-in-part": "Refunded in part",
  "refund-failed": "Refund refused",
  "refund-unknown": "Refund being checked",
};

/** The same words for a timeline, where a state may be one that this page does not know. */
export function describeState(state: string): string {
  const known = Object.entries(states).find(([name]) => name === state);
  return known ? known[1].label : (steps[state] ?? state);
}
