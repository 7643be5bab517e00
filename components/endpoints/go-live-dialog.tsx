"use client";
import { GoLiveChecklist } from "./go-live-checklist.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState, Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { checkRails } from "@/lib/query/check-rails.ts";
import { useEndpointMode } from "@/lib/query/use-endpoint-mode.ts";
import { usePayouts } from "@/lib/query/use-payouts.ts";

/** What changes with real money, and what is still missing for it. */
export function GoLiveDialog({
  endpoint,
  onClose,
}: {
  readonly endpoint: EndpointDto;
  readonly onClose: () => void;
}) {
  const payouts = usePayouts();
  const mode = useEndpointMode(endpoint.id);
  const toast = useToast();
  const check = payouts.data && checkRails(payouts.data);
  const goLive = (): void =>
    mode.mutate("live", {
      onSuccess: () => {
        toast({ text: `${endpoint.title} is LIVE.`, undo: () => mode.mutate("test") });
        onClose();
      },
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Take ${endpoint.title} LIVE?`}
      description={
        <>
          From then on payers pay real money: <PriceText value={endpoint.price} />.
        </>
      }
    >
      <div className="space-y-5">
        <ul className="list-disc space-y-1.5 pl-5 text-sm text-soft marker:text-rule-strong">
          <li>The link stays the same. It takes LIVE payments only.</li>
          <li>What was paid and bought in TEST opens nothing LIVE, and is kept under TEST.</li>
          <li>You can go back to TEST at any time.</li>
        </ul>
        {check ? (
          <GoLiveChecklist endpoint={endpoint} check={check} />
        ) : payouts.error ? (
          <ErrorState error={payouts.error} onRetry={() => void payouts.refetch()} />
        ) : (
          <SkeletonRows rows={2} />
        )}
        {mode.error && <Notice tone="bad">{mode.error.message}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Not yet</Button>
          <Button variant="primary" disabled={check?.ready !== true} busy={mode.isPending} onClick={goLive}>
            Go live
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
