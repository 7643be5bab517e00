import { Check, CircleAlert, CircleDashed } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { formatCount, shorten } from "@/lib/query/format.ts";
import type { RailCheck, ReadyRail } from "@/lib/query/check-rails.ts";
import { kindNames } from "@/lib/query/lightning-form.ts";

type State = "done" | "missing" | "advice";

/** The one thing that is needed, and what is worth a look. */
export function GoLiveChecklist({
  endpoint,
  check,
}: {
  readonly endpoint: EndpointDto;
  readonly check: RailCheck;
}) {
  const paid = endpoint.paidRequests;
  return (
    <ul aria-label="Checklist" className="divide-y divide-rule rounded-sm border border-rule">
      {check.ready ? (
        check.rails.map((rail) => <RailItem key={rail.rail} rail={rail} />)
      ) : (
        <Item state="missing" title="Connect a payment rail">
          {check.why}{" "}
          <Link href="/app/settings/rails" className="text-accent underline underline-offset-4">
            Open payment rails
          </Link>
        </Item>
      )}
      {check.ready && check.rails.every(({ worthless }) => worthless) && (
        <Item state="advice" title="It is a test network">
          Its money is worth nothing, although the endpoint is LIVE.
        </Item>
      )}
      <Item state={paid > 0 ? "done" : "advice"} title={paid > 0 ? "It was paid in TEST" : "Try it in TEST"}>
        {paid > 0
          ? `${formatCount(paid)} paid ${paid === 1 ? "request" : "requests"} so far.`
          : "Nobody has paid it yet. Pay it once with the sandbox wallet, under Share, to see what payers get."}
      </Item>
      {endpoint.status === "paused" && (
        <Item state="advice" title="It is paused">
          It sells again when you resume it.
        </Item>
      )}
    </ul>
  );
}

function RailItem({ rail }: { readonly rail: ReadyRail }) {
  if (rail.rail === "stablecoin")
    return (
      <Item state="done" title="Stablecoin is connected">
        USDC on {rail.networks}, to{" "}
        <span className="font-mono" title={rail.to}>
          {shorten(rail.to)}
        </span>
      </Item>
    );
  return rail.problem === null ? (
    <Item state="done" title="Lightning is connected">
      Invoices of {kindNames[rail.kind]} at <span className="font-mono break-all">{rail.address}</span>
    </Item>
  ) : (
    <Item state="advice" title="Lightning does not answer">
      {rail.problem}{" "}
      <Link href="/app/settings/rails" className="text-accent underline underline-offset-4">
        What to do
      </Link>
    </Item>
  );
}

const icons = {
  done: { icon: Check, look: "text-good", says: "Done: " },
  missing: { icon: CircleDashed, look: "text-bad", says: "Missing: " },
  advice: { icon: CircleAlert, look: "text-hold", says: "Worth a look: " },
} as const;

function Item({
  state,
  title,
  children,
}: {
  readonly state: State;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { icon: Icon, look, says } = icons[state];
  return (
    <li className="flex gap-3 px-4 py-3">
      <Icon className={`mt-1 size-4 shrink-0 ${look}`} aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">
          <span className="sr-only">{says}</span>
          {title}
        </p>
        <p className="text-sm text-soft">{children}</p>
      </div>
    </li>
  );
}
