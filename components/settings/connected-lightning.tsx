"use client";
import { useState } from "react";
import { DisconnectDialog } from "./disconnect-dialog.tsx";
import { NodeProblem } from "./node-problem.tsx";
import { SellingList } from "./selling-list.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import { shorten } from "@/lib/query/format.ts";
import { kindNames } from "@/lib/query/lightning-form.ts";
import type { LightningPayoutDto } from "@/lib/query/payout-dto.ts";

/** Which node makes the invoices, whether it answers, and what sells through it. */
export function ConnectedLightning({
  connected,
  onReplace,
}: {
  readonly connected: LightningPayoutDto;
  readonly onReplace: () => void;
}) {
  const [leaving, setLeaving] = useState(false);
  const { kind, address, nodeKey, problem, seenAt } = connected;
  return (
    <div className="space-y-5">
      {problem && (
        <NodeProblem problem={problem} tone="hold">
          Payers are not offered Lightning while it does not answer. What they have paid is noticed as soon as
          it does again.
        </NodeProblem>
      )}
      <DetailList
        items={[
          ["Kind", kindNames[kind]],
          [
            kind === "nwc" ? "Relay" : "Address",
            <span key="address" className="font-mono text-sm break-all">
              {address}
            </span>,
          ],
          [
            "Node",
            <span key="node" className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-mono text-sm" title={nodeKey}>
                {shorten(nodeKey, 10, 6)}
              </span>
              <CopyButton text={nodeKey} what="node key" variant="quiet" />
            </span>,
          ],
          ["Last answer", seenAt === null ? "None yet" : <TimeAgo key="seen" at={seenAt} />],
          [
            "Connected",
            <span key="connected">
              <TimeAgo at={connected.createdAt} /> by {connected.createdBy}
            </span>,
          ],
          ["Sells through it", <SellingList key="selling" endpoints={connected.liveEndpoints} />],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button onClick={onReplace}>Replace</Button>
        <Button variant="quiet" onClick={() => setLeaving(true)}>
          Disconnect
        </Button>
      </div>
      {leaving && (
        <DisconnectDialog
          rail="lightning"
          endpoints={connected.liveEndpoints}
          title={`Disconnect ${address}?`}
          identity={{ name: "node key", value: nodeKey }}
          onClose={() => setLeaving(false)}
        />
      )}
    </div>
  );
}
