"use client";
import { useEffect, useRef, useState } from "react";
import { type AgentStep, appendStep, runAgent } from "@/lib/query/agent-run.ts";
import { api } from "@/lib/query/api-client.ts";
import type { SandboxPaymentDto } from "@/lib/query/dto.ts";

async function paySandbox(bolt11: string): Promise<string> {
  return (await api.post<SandboxPaymentDto>("/sandbox/pay", { bolt11 })).preimage;
}

/** Runs one agent at a time; leaving the page stops it. */
export function useAgentRun() {
  const [steps, setSteps] = useState<readonly AgentStep[]>([]);
  const [running, setRunning] = useState(false);
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  const run = async (request: { url: string; method: string; body: string | null }): Promise<void> => {
    const abort = new AbortController();
    controller.current?.abort();
    controller.current = abort;
    setSteps([]);
    setRunning(true);
    const agent = runAgent({
      ...request,
      fetch: (input, init) => fetch(input, init),
      pay: paySandbox,
      now: () => performance.now(),
      signal: abort.signal,
    });
    for await (const step of agent) {
      if (!abort.signal.aborted) setSteps((list) => appendStep(list, step));
    }
    if (controller.current === abort) setRunning(false);
  };
  return {
    steps,
    running,
    start: (request: { url: string; method: string; body: string | null }) => void run(request),
    stop: () => {
      controller.current?.abort();
      setRunning(false);
    },
  };
}
