"use client";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { QrCode } from "@/components/ui/qr-code.tsx";
import { Slip } from "@/components/ui/slip.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { useMe } from "@/lib/query/use-me.ts";

/** The link as a till slip: what, how much, where. */
export function LinkSlip({ endpoint }: { readonly endpoint: EndpointDto }) {
  const me = useMe();
  return (
    <Slip className="self-start">
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 text-lg font-semibold break-words">{endpoint.title}</h2>
        <ModeBadge mode={endpoint.mode} />
      </div>
      <p className="mt-3 border-y border-rule py-3 font-semibold">
        <PriceText value={endpoint.price} msatPerUsd={me.data?.msatPerUsd} />
      </p>
      <QrCode text={endpoint.url} label={`QR code of ${endpoint.url}`} className="mx-auto my-5 size-48" />
      <p className="font-mono text-sm break-all" data-testid="test-link">
        {endpoint.url}
      </p>
      <div className="mt-4">
        <CopyButton text={endpoint.url} what="link" label="Copy link" />
      </div>
    </Slip>
  );
}
