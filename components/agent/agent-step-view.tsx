import Link from "next/link";
import { OfferTable } from "./offer-table.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import type { AgentStep, HeaderLine } from "@/lib/query/agent-run.ts";
import { formatBytes } from "@/lib/query/format.ts";

function Headers({ mark, headers }: { readonly mark: string; readonly headers: readonly HeaderLine[] }) {
  return headers.map((header, index) => (
    <div key={`${header.name}-${index}`} className="flex gap-2">
      <span className="text-faint select-none">{mark}</span>
      <span className="min-w-0 break-all">
        <span className="text-accent">{header.name}:</span> {header.value}
      </span>
    </div>
  ));
}

function Answer({ step }: { readonly step: Extract<AgentStep, { kind: "answer" }> }) {
  return (
    <>
      <div className="mb-1 flex items-center gap-2">
        <Badge tone={step.status === 402 ? "hold" : step.status < 400 ? "good" : "bad"}>
          {step.status === 402 ? "402 Payment Required" : step.status}
        </Badge>
        <span className="tabular text-faint">{Math.round(step.ms)} ms</span>
      </div>
      <Headers mark="<" headers={step.headers} />
      {step.required && <OfferTable required={step.required} />}
    </>
  );
}

/** One step the way `curl -v` would print it, with what is encoded laid open. */
export function AgentStepView({ step }: { readonly step: AgentStep }) {
  const mono = "font-mono text-sm leading-5";
  switch (step.kind) {
    case "request":
      return (
        <div className={mono}>
          <div className="flex gap-2 font-semibold">
            <span className="text-faint select-none">&gt;</span>
            <span className="break-all">{step.line}</span>
          </div>
          <Headers mark=">" headers={step.headers} />
          {step.body !== null && <pre className="mt-1 whitespace-pre-wrap text-soft">{step.body}</pre>}
        </div>
      );
    case "answer":
      return (
        <div className={mono}>
          <Answer step={step} />
        </div>
      );
    case "payment":
      return (
        <div className={mono}>
          <div className="mb-1 flex items-center gap-2">
            <Badge tone="test">Sandbox wallet pays the invoice</Badge>
            <span className="tabular text-faint">{Math.round(step.ms)} ms</span>
          </div>
          <Headers
            mark="$"
            headers={[
              { name: "invoice", value: step.bolt11 },
              { name: "preimage", value: step.preimage },
            ]}
          />
        </div>
      );
    case "body":
      return (
        <div className={mono}>
          <p className="tabular mb-1 font-sans text-faint">
            {formatBytes(step.bytes)} in {step.chunks} {step.chunks === 1 ? "chunk" : "chunks"}
            {step.done ? "" : ", still coming"}
          </p>
          <pre className="max-h-72 overflow-auto whitespace-pre-wrap">{step.text}</pre>
        </div>
      );
    case "paid":
      return (
        <p className="text-sm">
          Paid and delivered.{" "}
          {step.receiptId !== null && (
            <Link href={`/r/${step.receiptId}`} className="text-accent underline underline-offset-4">
              Open the receipt
            </Link>
          )}
        </p>
      );
    case "failed":
      return (
        <p role="alert" className="text-sm text-bad">
          {step.message}
        </p>
      );
  }
}
