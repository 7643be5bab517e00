"use client";
import type { X402Paywall } from "@x402-paywall/widget/browser";
import { RotateCcw } from "lucide-react";
import { type DetailedHTMLProps, type HTMLAttributes, useEffect, useRef, useState } from "react";
import { HeroSlip } from "./hero-slip.tsx";
import { Button } from "@/components/ui/button.tsx";

interface PaywallAttributes extends HTMLAttributes<X402Paywall> {
  readonly auto?: boolean;
  readonly remember?: "no";
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "x402-paywall": DetailedHTMLProps<PaywallAttributes, X402Paywall>;
    }
  }
}

/**
 * The widget as anybody embeds it, on a demo endpoint of this instance: a real 402, paid with sandbox money. Until it is
 * there, and without JavaScript, the slip of an example stands for it.
 */
export function LiveDemo({ src }: { readonly src: string }) {
  const element = useRef<X402Paywall>(null);
  const [state, setState] = useState<"offer" | "answer" | "error">("offer");
  useEffect(() => {
    const paywall = element.current;
    if (paywall === null) return;
    const listening = new AbortController();
    const on = { signal: listening.signal };
    paywall.addEventListener("x402:challenge", () => setState("offer"), on);
    paywall.addEventListener("x402:paid", () => setState("answer"), on);
    paywall.addEventListener("x402:error", () => setState("error"), on);
    // Only now, so that nothing happens before somebody listens.
    paywall.setAttribute("src", src);
    return () => listening.abort();
  }, [src]);
  const restart = (): void => void element.current?.start();
  return (
    <figure className="min-w-0 max-lg:mx-auto max-lg:w-full max-lg:max-w-sm">
      <x402-paywall
        ref={element}
        auto
        remember="no"
        hidden={state === "error"}
        className="[--x402-font:var(--font-sans)] [--x402-width:100%]"
      >
        <HeroSlip />
      </x402-paywall>
      {state === "error" && <HeroSlip />}
      <figcaption className="mt-3 flex min-h-8 flex-wrap items-center justify-center gap-x-3 text-center text-sm text-faint">
        {captions[state]}
        {state !== "offer" && (
          <Button size="sm" variant="quiet" onClick={restart}>
            <RotateCcw aria-hidden />
            {state === "error" ? "Try again" : "Once more"}
          </Button>
        )}
        <noscript>
          <a href={src} className="text-accent underline underline-offset-4">
            Open its payment page
          </a>
        </noscript>
      </figcaption>
    </figure>
  );
}

const captions = {
  offer: "Live: a demo endpoint of this instance asks you for a cent of sandbox money.",
  answer: "That was a real 402, payment and receipt.",
  error: "An example: the live demo cannot be reached right now.",
} as const;
