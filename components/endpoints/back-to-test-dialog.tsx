"use client";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { useEndpointMode } from "@/lib/query/use-endpoint-mode.ts";

/** Who has paid LIVE is affected, so this is said before. */
export function BackToTestDialog({
  endpoint,
  onClose,
}: {
  readonly endpoint: EndpointDto;
  readonly onClose: () => void;
}) {
  const mode = useEndpointMode(endpoint.id);
  const toast = useToast();
  const goBack = (): void =>
    mode.mutate("test", {
      onSuccess: () => {
        toast({ text: `${endpoint.title} is in TEST again.`, undo: () => mode.mutate("live") });
        onClose();
      },
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Put ${endpoint.title} back to TEST?`}
      description="Anybody can then open it with sandbox money, which is worth nothing."
    >
      <div className="space-y-5">
        <ul className="list-disc space-y-1.5 pl-5 text-sm text-soft marker:text-rule-strong">
          <li>
            Balances, passes and bundles that were bought LIVE open nothing while it is in TEST. They are
            kept, and work again when it is LIVE.
          </li>
          <li>LIVE payments and receipts stay under LIVE.</li>
          <li>To stop selling without giving it away, pause it instead.</li>
        </ul>
        {mode.error && <Notice tone="bad">{mode.error.message}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it LIVE</Button>
          <Button variant="danger" busy={mode.isPending} onClick={goBack}>
            Back to test
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
