"use client";
import { Bot, ExternalLink } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { LinkSlip } from "./link-slip.tsx";
import { LivePayments } from "./live-payments.tsx";
import { AgentConsole } from "@/components/agent/agent-console.tsx";
import { ShareSnippets } from "@/components/endpoints/share-snippets.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { useMe } from "@/lib/query/use-me.ts";

/** The link, and both ways to pay it, right where it was made. */
export function TestLinkResult({
  endpoint,
  onRestart,
}: {
  readonly endpoint: EndpointDto;
  readonly onRestart: () => void;
}) {
  const [agent, setAgent] = useState(false);
  const me = useMe();
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed is gone: keyboards and screen readers go on here.
  useEffect(() => heading.current?.focus(), []);
  return (
    <div>
      <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
        Your link is ready.
      </h1>
      <p className="mt-1 text-soft">Pay it yourself to see both sides.</p>
      <div className="mt-4 mb-8 flex flex-wrap gap-2">
        <ButtonLink variant="primary">
          <a href={endpoint.url} target="_blank" rel="noopener">
            Pay as a person
            <ExternalLink aria-hidden />
            <span className="sr-only">, opens the payment page in a new tab</span>
          </a>
        </ButtonLink>
        <Button
          variant={agent ? "secondary" : "primary"}
          onClick={() => setAgent(true)}
          aria-expanded={agent}
        >
          <Bot aria-hidden />
          Pay as an agent
        </Button>
      </div>
      <div className="grid gap-8 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <LinkSlip endpoint={endpoint} />
        <div className="min-w-0 space-y-6">
          {agent && <AgentConsole url={endpoint.url} kind={endpoint.kind} />}
          <LivePayments endpointId={endpoint.id} />
          <ShareSnippets endpoint={endpoint} />
          <KeepBar endpoint={endpoint} signedIn={Boolean(me.data?.user)} onRestart={onRestart} />
        </div>
      </div>
    </div>
  );
}

/** What comes next: into the account, or another one. */
function KeepBar({
  endpoint,
  signedIn,
  onRestart,
}: {
  readonly endpoint: EndpointDto;
  readonly signedIn: boolean;
  readonly onRestart: () => void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-t border-rule pt-5">
      {signedIn ? (
        <ButtonLink>
          <Link href={`/app/endpoints/${endpoint.id}`}>Open in the dashboard</Link>
        </ButtonLink>
      ) : (
        <>
          <ButtonLink variant="primary">
            <Link href="/signup">Keep this link</Link>
          </ButtonLink>
          <p className="flex-1 basis-56 text-sm text-soft">
            Sign up and this link, its price and its payments move into your account.
          </p>
        </>
      )}
      <Button variant="quiet" onClick={onRestart}>
        Make another
      </Button>
    </div>
  );
}
