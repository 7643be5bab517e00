"use client";
import { ExternalLink, Download } from "lucide-react";
import { useState } from "react";
import { ShareSnippets } from "./share-snippets.tsx";
import { AgentConsole } from "@/components/agent/agent-console.tsx";
import { LinkSlip } from "@/components/landing/link-slip.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { qrSvg } from "@/components/ui/qr-code.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";

/** Hands the SVG to the browser as a file. */
function download(endpoint: EndpointDto): void {
  const href = URL.createObjectURL(new Blob([qrSvg(endpoint.url)], { type: "image/svg+xml" }));
  const link = Object.assign(document.createElement("a"), { href, download: `${endpoint.slug}-qr.svg` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

export function EndpointShare({ endpoint }: { readonly endpoint: EndpointDto }) {
  const [agent, setAgent] = useState(false);
  // The console pays with sandbox money.
  const isTest = endpoint.mode === "test";
  return (
    <div className="grid gap-8 lg:grid-cols-[22rem_1fr]">
      <div className="space-y-4">
        <LinkSlip endpoint={endpoint} />
        <Button size="sm" onClick={() => download(endpoint)}>
          <Download aria-hidden />
          QR code as SVG
        </Button>
      </div>
      <div className="min-w-0 space-y-6">
        {endpoint.status !== "active" && (
          <Notice tone="hold">
            {endpoint.status === "paused"
              ? "Paused: the link answers 503 until you resume it."
              : "Archived: the link answers 410."}
          </Notice>
        )}
        <div className="flex flex-wrap gap-2">
          <ButtonLink variant="primary">
            <a href={endpoint.url} target="_blank" rel="noopener">
              Open the payment page
              <ExternalLink aria-hidden />
            </a>
          </ButtonLink>
          {isTest && (
            <Button onClick={() => setAgent(!agent)} aria-expanded={agent}>
              {agent ? "Close the agent console" : "Pay as an agent"}
            </Button>
          )}
        </div>
        {isTest && agent && <AgentConsole url={endpoint.url} kind={endpoint.kind} />}
        <ShareSnippets endpoint={endpoint} />
      </div>
    </div>
  );
}
