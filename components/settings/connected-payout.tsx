"use client";
import { useState } from "react";
import { DisconnectDialog } from "./disconnect-dialog.tsx";
import { SellingList } from "./selling-list.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PayoutsDto, StablecoinPayoutDto } from "@/lib/query/payout-dto.ts";

/** Where it goes now, since when, and what sells through it. */
export function ConnectedPayout({
  payouts,
  connected,
  onChange,
}: {
  readonly payouts: PayoutsDto["stablecoin"];
  readonly connected: StablecoinPayoutDto;
  readonly onChange: (() => void) | undefined;
}) {
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      <DetailList
        items={[
          [
            "Address",
            <span key="address" className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-mono text-sm break-all">{connected.address}</span>
              <CopyButton text={connected.address} what="address" variant="quiet" />
            </span>,
          ],
          ["Kind", connected.kind === "contract" ? "Contract" : "Account"],
          ["Networks", <NetworkList key="networks" payouts={payouts} connected={connected} />],
          [
            "Changed",
            <span key="changed">
              <TimeAgo at={connected.updatedAt} /> by {connected.updatedBy}
            </span>,
          ],
          ["Sells through it", <SellingList key="selling" endpoints={connected.liveEndpoints} />],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        {onChange && <Button onClick={onChange}>Change</Button>}
        <Button variant="quiet" onClick={() => setLeaving(true)}>
          Disconnect
        </Button>
      </div>
      {leaving && (
        <DisconnectDialog
          rail="stablecoin"
          endpoints={connected.liveEndpoints}
          title="Disconnect this address?"
          identity={{ name: "address", value: connected.address }}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}

function NetworkList({
  payouts,
  connected,
}: {
  readonly payouts: PayoutsDto["stablecoin"];
  readonly connected: StablecoinPayoutDto;
}) {
  return (
    <ul className="space-y-1">
      {connected.networks.map((id) => {
        const network = payouts.networks.find((each) => each.network === id);
        return (
          <li key={id} className="flex flex-wrap items-center gap-2">
            {network?.explorerUrl ? (
              <a
                href={`${network.explorerUrl}/address/${connected.address}`}
                rel="noreferrer"
                target="_blank"
                className="text-accent underline underline-offset-4"
              >
                {network.name}
              </a>
            ) : (
              (network?.name ?? <span className="font-mono text-sm">{id}</span>)
            )}
            {network === undefined && <Badge tone="hold">Not offered by this instance any more</Badge>}
            {network?.testnet && <Badge tone="test">Test network</Badge>}
          </li>
        );
      })}
    </ul>
  );
}
