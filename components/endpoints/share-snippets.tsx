"use client";
import { useEffect, useState } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { accessSnippet, agentSnippet, buysMore, curlL402, curlQuote } from "@/lib/query/snippets.ts";

const kinds = [
  { id: "curl", label: "curl" },
  { id: "l402", label: "curl, paying (L402)" },
  { id: "agent", label: "Agent (x402)" },
  { id: "access", label: "Access token" },
] as const;
type Kind = (typeof kinds)[number]["id"];

/** Ready to paste: ask for the price, pay by hand, pay as an agent, and use what is left of a payment. */
export function ShareSnippets({
  endpoint,
}: {
  readonly endpoint: Pick<EndpointDto, "url" | "price" | "routes" | "mode">;
}) {
  const { url } = endpoint;
  const [kind, setKind] = useState<Kind>("curl");
  const [origin, setOrigin] = useState("");
  useEffect(() => setOrigin(window.location.origin), []);
  const offered = kinds.filter(
    // Paying by hand needs the sandbox's wallet.
    ({ id }) => (id !== "access" || buysMore(endpoint)) && (id !== "l402" || endpoint.mode === "test"),
  );
  const code = {
    curl: curlQuote(url),
    l402: curlL402(url, origin),
    agent: agentSnippet(url, endpoint.mode),
    access: accessSnippet(endpoint),
  }[kind];
  return (
    <div className="min-w-0">
      <div role="group" aria-label="Snippet" className="mb-2 flex flex-wrap gap-1">
        {offered.map((entry) => (
          <button
            key={entry.id}
            type="button"
            aria-pressed={entry.id === kind}
            onClick={() => setKind(entry.id)}
            className="rounded-sm px-3 py-1.5 text-sm text-soft hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-strong"
          >
            {entry.label}
          </button>
        ))}
      </div>
      <CodeBlock title={kinds.find((entry) => entry.id === kind)?.label ?? ""} code={code} what="snippet" />
    </div>
  );
}
