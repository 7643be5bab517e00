import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type Tone = "neutral" | "good" | "bad" | "hold" | "test" | "accent";

const tones: Readonly<Record<Tone, string>> = {
  neutral: "bg-sunken text-soft",
  good: "bg-good-soft text-good",
  bad: "bg-bad-soft text-bad",
  hold: "bg-hold-soft text-hold",
  test: "bg-test-soft text-test",
  accent: "bg-accent-soft text-accent-strong",
};

export function Badge({
  tone = "neutral",
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-sm leading-4 font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

/** Amber says that no money moves; LIVE says nothing but its name. */
export function ModeBadge({ mode }: { readonly mode: "test" | "live" }) {
  return mode === "test" ? (
    <Badge tone="test">
      <abbr title="Sandbox payments: real protocols, no real money" className="tracking-wide no-underline">
        TEST
      </abbr>
    </Badge>
  ) : (
    <Badge tone="accent">LIVE</Badge>
  );
}
