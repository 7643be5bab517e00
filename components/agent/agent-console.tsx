"use client";
import { Play, Square } from "lucide-react";
import { useState } from "react";
import { AgentStepView } from "./agent-step-view.tsx";
import { useAgentRun } from "./use-agent-run.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Select, Textarea } from "@/components/ui/input.tsx";
import type { EndpointKindDto } from "@/lib/query/dto.ts";

const chatBody = JSON.stringify(
  { model: "demo", stream: true, messages: [{ role: "user", content: "Say hello." }] },
  null,
  2,
);

/** An agent at work in this page: it really asks, pays with sandbox money and reads the answer. */
export function AgentConsole({ url, kind }: { readonly url: string; readonly kind: EndpointKindDto }) {
  const [method, setMethod] = useState(kind === "stream" ? "POST" : "GET");
  const [body, setBody] = useState(kind === "stream" ? chatBody : "{}");
  const { steps, running, start, stop } = useAgentRun();
  const sendsBody = method !== "GET" && method !== "HEAD";
  return (
    <section
      aria-label="Agent console"
      className="overflow-hidden rounded-md border border-rule-strong bg-surface"
    >
      <div className="flex flex-wrap items-end gap-3 border-b border-rule px-4 py-3">
        <Field label="Method">
          {(ids) => (
            <Select
              {...ids}
              value={method}
              onChange={(event) => setMethod(event.target.value)}
              className="w-28"
            >
              {["GET", "POST", "PUT", "PATCH", "DELETE"].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
        <p className="min-w-0 flex-1 basis-40 pb-2 font-mono text-sm break-all text-soft">{url}</p>
        {running ? (
          <Button onClick={stop}>
            <Square aria-hidden />
            Stop
          </Button>
        ) : (
          <Button variant="primary" onClick={() => start({ url, method, body: sendsBody ? body : null })}>
            <Play aria-hidden />
            {steps.length === 0 ? "Run" : "Run again"}
          </Button>
        )}
        {sendsBody && (
          <div className="basis-full">
            <Field label="Request body (JSON)">
              {(ids) => (
                <Textarea
                  {...ids}
                  rows={4}
                  value={body}
                  onChange={(event) => setBody(event.target.value)}
                  className="font-mono text-sm"
                />
              )}
            </Field>
          </div>
        )}
      </div>
      <ol aria-live="polite" className="divide-y divide-rule">
        {steps.length === 0 && (
          <li className="px-4 py-5 text-sm text-soft">
            Run it to see the request, the 402 with its offers, the sandbox payment and the answer, each as it
            goes over the wire.
          </li>
        )}
        {steps.map((step, index) => (
          <li key={index} className="px-4 py-3">
            <AgentStepView step={step} />
          </li>
        ))}
      </ol>
    </section>
  );
}
