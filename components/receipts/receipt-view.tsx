"use client";
import { ReceiptSlip } from "./receipt-slip.tsx";
import { VerifyPanel } from "./verify-panel.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { useReceipt } from "@/lib/query/use-receipts.ts";

/** Slip on one side, proof on the other; the same for its owner and for anybody with the link. */
export function ReceiptView({ id }: { readonly id: string }) {
  const { data: receipt, error, refetch } = useReceipt(id);
  if (error && !receipt) {
    return (
      <Panel>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  if (!receipt) {
    return (
      <Panel flush>
        <SkeletonRows />
      </Panel>
    );
  }
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <ReceiptSlip receipt={receipt} />
      <VerifyPanel receipt={receipt} />
    </div>
  );
}
