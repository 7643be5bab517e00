"use client";
import { useState } from "react";
import { ConnectedPayout } from "./connected-payout.tsx";
import { PayoutForm } from "./payout-form.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { PayoutsDto } from "@/lib/query/payout-dto.ts";

/** Not possible here, to be connected, connected, or being changed. */
export function StablecoinPanel({ payouts }: { readonly payouts: PayoutsDto["stablecoin"] }) {
  const [changing, setChanging] = useState(false);
  const toast = useToast();
  const { connected, unavailable } = payouts;
  const isForm = unavailable === null && (connected === null || changing);
  return (
    <Panel
      title="Stablecoin"
      description="USDC from agents and browser wallets, paid to an address of yours."
      actions={
        connected === null ? (
          <Badge>Not connected</Badge>
        ) : (
          <Badge tone={unavailable === null ? "good" : "hold"}>Connected</Badge>
        )
      }
    >
      <div className="space-y-5">
        {unavailable !== null && (
          <Notice tone="hold">
            {unavailable} The operator's part is described in docs/go-live-stablecoin.md.
          </Notice>
        )}
        {isForm ? (
          <PayoutForm
            connected={connected}
            onCancel={connected === null ? undefined : () => setChanging(false)}
            onSaved={() => {
              setChanging(false);
              toast({ text: "Saved. LIVE endpoints offer it from now on." });
            }}
          />
        ) : (
          connected !== null && (
            <ConnectedPayout
              payouts={payouts}
              connected={connected}
              onChange={unavailable === null ? () => setChanging(true) : undefined}
            />
          )
        )}
      </div>
    </Panel>
  );
}
