"use client";
import type { PaywallChallenge, PaywallEventDetails } from "@x402-paywall/widget/browser";
import { useEffect, useState } from "react";

interface Seen {
  readonly challenge?: PaywallChallenge;
  readonly paying?: true;
  readonly paid?: PaywallEventDetails["x402:paid"];
}

/** What the live demo beside it does on the wire, as it happens: its events reach the document. */
export function DemoWire({ path }: { readonly path: string }) {
  const [seen, setSeen] = useState<Seen>({});
  useEffect(() => {
    const listening = new AbortController();
    const on = { signal: listening.signal };
    document.addEventListener("x402:challenge", ({ detail }) => setSeen({ challenge: detail.challenge }), on);
    document.addEventListener("x402:paying", () => setSeen((before) => ({ ...before, paying: true })), on);
    document.addEventListener(
      "x402:paid",
      ({ detail }) => setSeen((before) => ({ ...before, paid: detail })),
      on,
    );
    return () => listening.abort();
  }, []);
  return (
    <section aria-label="What the demo does on the wire" className="mt-12 max-lg:hidden">
      <ol className="space-y-3 border-l border-rule pl-5 font-mono text-sm">
        <Step done={seen.challenge !== undefined} title={`GET ${path}`} note={offersOf(seen.challenge)} />
        <Step
          done={seen.paid !== undefined}
          title="Pay the invoice"
          note={seen.paying ? "the wallet answers with the preimage" : "waiting for you"}
        />
        <Step
          done={seen.paid !== undefined}
          title={`GET ${path}`}
          note={
            seen.paid
              ? `${seen.paid.response.status} OK, with a signed receipt`
              : "the answer streams through"
          }
        />
      </ol>
    </section>
  );
}

function Step({
  done,
  title,
  note,
}: {
  readonly done: boolean;
  readonly title: string;
  readonly note: string;
}) {
  return (
    <li className="relative">
      <span
        aria-hidden
        className={`absolute top-1.5 -left-6 size-2 rounded-full ${done ? "bg-good" : "bg-rule-strong"}`}
      />
      <span className={done ? "" : "text-soft"}>{title}</span>
      <span className={`block ${done ? "text-good" : "text-faint"}`}>{note}</span>
    </li>
  );
}

function offersOf(challenge: PaywallChallenge | undefined): string {
  if (challenge === undefined) return "a request without a payment";
  const wires = [
    ...(challenge.x402.length > 0 ? ["x402"] : []),
    ...(challenge.lightning === null ? [] : ["L402", "MPP"]),
  ];
  return `402 Payment Required: ${wires.join(", ")}`;
}
