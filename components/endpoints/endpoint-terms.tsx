"use client";
import Link from "next/link";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { shorten } from "@/lib/query/format.ts";
import { kindNames } from "@/lib/query/lightning-form.ts";
import { networkNames } from "@/lib/query/payout-form.ts";
import { usePayouts } from "@/lib/query/use-payouts.ts";
import { useSatRate } from "@/lib/query/use-sat-rate.ts";

/** What is sold, for how much, and where the money goes. */
export function EndpointTerms({ endpoint }: { readonly endpoint: EndpointDto }) {
  const msatPerUsd = useSatRate()(endpoint);
  return (
    <Panel title="Terms" className="self-start">
      <DetailList
        items={[
          ["Price", <PriceText key="price" value={endpoint.price} msatPerUsd={msatPerUsd} />],
          ["Rules", <RuleList key="rules" endpoint={endpoint} />],
          ["Sells", endpoint.match === "exact" ? "This URL only" : "This URL and everything below"],
          [
            "Upstream",
            <span key="url" className="font-mono text-sm break-all">
              {endpoint.upstreamUrl}
            </span>,
          ],
          [
            "Headers",
            endpoint.upstreamHeaderNames.length === 0 ? "None" : endpoint.upstreamHeaderNames.join(", "),
          ],
          [
            "Payment binds",
            ["method", "path", endpoint.bindQuery && "query", endpoint.bindBody && "body"]
              .filter(Boolean)
              .join(", "),
          ],
          [
            "Charged",
            endpoint.settleFirst ? "Before your server is asked" : "When your server has begun a good answer",
          ],
          ["Paid to", <PaidTo key="paid-to" endpoint={endpoint} />],
          ["Sample", endpoint.sample === null ? "None" : endpoint.sample.contentType],
          ["Created", <TimeAgo key="created" at={endpoint.createdAt} />],
          ["Changed", <TimeAgo key="changed" at={endpoint.updatedAt} />],
        ]}
      />
    </Panel>
  );
}

function PaidTo({ endpoint }: { readonly endpoint: EndpointDto }) {
  const { data } = usePayouts();
  if (endpoint.mode === "test") return <>The sandbox: no money moves</>;
  if (data === undefined) return <>{endpoint.rails.join(", ")}</>;
  const address = endpoint.rails.includes("stablecoin") ? data.stablecoin.connected : null;
  const node = endpoint.rails.includes("lightning") ? data.lightning.connected : null;
  return (
    <div className="space-y-1.5">
      {address && (
        <div>
          <RailLink text={shorten(address.address)} title={address.address} />
          <span className="block text-sm text-faint">{networkNames(data.stablecoin, address)}</span>
        </div>
      )}
      {node && (
        <div>
          <RailLink text={node.address} title={node.nodeKey} />
          <span className="block text-sm text-faint">Lightning, {kindNames[node.kind]}</span>
        </div>
      )}
    </div>
  );
}

function RailLink({ text, title }: { readonly text: string; readonly title: string }) {
  return (
    <Link
      href="/app/settings/rails"
      className="font-mono text-sm break-all text-accent underline underline-offset-4"
      title={title}
    >
      {text}
    </Link>
  );
}

function RuleList({ endpoint }: { readonly endpoint: EndpointDto }) {
  if (endpoint.routes.length === 0) return <>None</>;
  return (
    <ul className="space-y-1.5">
      {endpoint.routes.map((route) => (
        <li key={route.id}>
          <code className="font-mono text-sm break-all">{`${route.methods?.join(", ") ?? "any"} ${route.path}`}</code>
          <PriceText value={route.price} className="block text-sm text-soft" />
        </li>
      ))}
    </ul>
  );
}
