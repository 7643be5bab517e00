"use client";
import { useState } from "react";
import { ConnectedLightning } from "./connected-lightning.tsx";
import { LightningForm } from "./lightning-form.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { PayoutsDto } from "@/lib/query/payout-dto.ts";

/** To be connected, connected, or being replaced. */
export function LightningPanel({ lightning }: { readonly lightning: PayoutsDto["lightning"] }) {
  const [replacing, setReplacing] = useState(false);
  const toast = useToast();
  const { connected, network } = lightning;
  return (
    <Panel
      title="Lightning"
      description="Bitcoin from agents and people, paid to invoices of your own node or wallet."
      actions={
        <div className="flex gap-2">
          {network !== "mainnet" && <Badge tone="test">{network}</Badge>}
          {connected === null ? (
            <Badge>Not connected</Badge>
          ) : connected.problem === null ? (
            <Badge tone="good">Connected</Badge>
          ) : (
            <Badge tone="hold">Does not answer</Badge>
          )}
        </div>
      }
    >
      {connected === null || replacing ? (
        <LightningForm
          connected={connected}
          onCancel={connected === null ? undefined : () => setReplacing(false)}
          onSaved={() => {
            setReplacing(false);
            toast({ text: "Connected. LIVE endpoints offer Lightning from now on." });
          }}
        />
      ) : (
        <ConnectedLightning connected={connected} onReplace={() => setReplacing(true)} />
      )}
    </Panel>
  );
}
