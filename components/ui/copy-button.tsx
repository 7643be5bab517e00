"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

/** Copies, says so for two seconds, and says so to screen readers. */
export function CopyButton({
  text,
  label = "Copy",
  what,
  variant = "secondary",
}: {
  readonly text: string;
  readonly label?: string;
  /** What is copied, for screen readers: "link". */
  readonly what: string;
  readonly variant?: "primary" | "secondary" | "quiet";
}) {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = (): void => {
    // Absent on plain http beyond localhost.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => setState("done"),
      () => setState("failed"),
    );
  };
  const words = { idle: label, done: "Copied", failed: "Select and copy" }[state];
  return (
    <Button size="sm" variant={variant} onClick={copy} aria-label={state === "idle" ? `Copy ${what}` : words}>
      {state === "done" ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{words}</span>
    </Button>
  );
}
