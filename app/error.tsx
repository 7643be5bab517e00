"use client";
import { Button } from "@/components/ui/button.tsx";

export default function PageError({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto grid min-h-dvh max-w-md place-content-center px-4 outline-none"
    >
      <p className="font-mono text-sm text-faint">{error.digest ?? "error"}</p>
      <h1 className="mt-1 text-xl font-semibold tracking-tight">This page failed</h1>
      <p className="mt-2 text-soft">
        Nothing was changed. Try again; if it fails once more, reload the page.
      </p>
      <div className="mt-6">
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  );
}
