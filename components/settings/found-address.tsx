import { LoaderCircle, ShieldCheck } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { PayoutInspectionDto } from "@/lib/query/payout-dto.ts";

/** What was found out about the address as one pastes it; said to screen readers when it is there. */
export function FoundAddress({
  inspection,
  hasFieldError,
}: {
  readonly inspection: {
    readonly found: PayoutInspectionDto | undefined;
    readonly error: Error | null;
    readonly isLooking: boolean;
    readonly again: () => void;
  };
  readonly hasFieldError: boolean;
}) {
  const { found, error, isLooking, again } = inspection;
  return (
    <div aria-live="polite" aria-busy={isLooking}>
      {found ? (
        <div className="flex gap-3">
          <ShieldCheck className="mt-0.5 size-4 shrink-0 text-good" aria-hidden />
          <div className="min-w-0">
            <p className="font-mono text-sm break-all">
              <span className="sr-only">Address: </span>
              {found.address}
            </p>
            <p className="text-sm text-faint">
              {found.hadChecksum
                ? "Its checksum is right."
                : "It came without a checksum, so nobody can tell whether a character is wrong: compare it with your wallet."}
            </p>
          </div>
        </div>
      ) : isLooking ? (
        <p className="flex items-center gap-2 text-sm text-soft">
          <LoaderCircle className="size-4 animate-spin" aria-hidden />
          Looking at it on each network
        </p>
      ) : error && !hasFieldError ? (
        <Notice tone="bad">
          <span className="flex flex-wrap items-center justify-between gap-3">
            {error.message}
            <Button size="sm" onClick={again}>
              Try again
            </Button>
          </span>
        </Notice>
      ) : null}
    </div>
  );
}
