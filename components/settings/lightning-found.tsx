import { CircleAlert, LoaderCircle, ShieldCheck } from "lucide-react";
import { NodeProblem } from "./node-problem.tsx";
import { formatInbound } from "@/lib/query/lightning-form.ts";
import { shorten } from "@/lib/query/format.ts";
import type { LightningCheckDto } from "@/lib/query/payout-dto.ts";

/** What the test found; said to screen readers when it is there. */
export function LightningFound({
  check,
}: {
  readonly check: { readonly data: LightningCheckDto | undefined; readonly isPending: boolean };
}) {
  const { data, isPending } = check;
  return (
    <div aria-live="polite" aria-busy={isPending}>
      {isPending ? (
        <p className="flex items-center gap-2 text-sm text-soft">
          <LoaderCircle className="size-4 animate-spin" aria-hidden />
          Having it make an invoice, and reading it
        </p>
      ) : data?.ok === true ? (
        <FoundNode found={data} />
      ) : data?.ok === false ? (
        <NodeProblem problem={data.problem} tone="bad" />
      ) : null}
    </div>
  );
}

function FoundNode({ found }: { readonly found: Extract<LightningCheckDto, { readonly ok: true }> }) {
  return (
    <div className="space-y-3">
      <div className="flex gap-3">
        <ShieldCheck className="mt-0.5 size-4 shrink-0 text-good" aria-hidden />
        <div className="min-w-0">
          <p>It made an invoice of 1 sat, and that could be read.</p>
          <p className="text-sm text-faint">
            Signed by node{" "}
            <span className="font-mono" title={found.nodeKey}>
              {shorten(found.nodeKey, 10, 6)}
            </span>
            {found.inboundMsat !== null && <>. It can receive {formatInbound(found.inboundMsat)} now</>}.
          </p>
        </div>
      </div>
      {found.warnings.map((warning) => (
        <p key={warning} className="flex gap-1.5 text-sm text-hold">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>{warning}</span>
        </p>
      ))}
    </div>
  );
}
