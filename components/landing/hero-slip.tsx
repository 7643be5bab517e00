import { ModeBadge } from "@/components/ui/badge.tsx";
import { Slip } from "@/components/ui/slip.tsx";

const lines = [
  ["GET /p/weather", "402"],
  ["offers", "x402 · L402 · MPP"],
  ["paid with", "L402"],
  ["GET /p/weather", "200"],
] as const;

/** What a call through the paywall looks like, as a till slip: an example. */
export function HeroSlip() {
  return (
    <Slip className="rotate-1">
      <div className="flex items-center justify-between">
        <p className="font-semibold">Weather, hourly</p>
        <ModeBadge mode="test" />
      </div>
      <dl className="mt-4 space-y-2 border-t border-rule pt-4 font-mono text-sm">
        {lines.map(([name, value], index) => (
          <div key={index} className="flex justify-between gap-4">
            <dt className="text-soft">{name}</dt>
            <dd className={value === "402" ? "text-hold" : value === "200" ? "text-good" : ""}>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 flex items-baseline justify-between border-t border-rule pt-4">
        <span>Total</span>
        <span className="tabular ledger-total text-xl font-semibold">$0.01</span>
      </p>
    </Slip>
  );
}
