"use client";
import { type FormEvent, useState } from "react";
import { SellingList } from "./selling-list.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { PayoutEndpointDto } from "@/lib/query/payout-dto.ts";
import { useDisconnectPayout } from "@/lib/query/use-payouts.ts";

interface Leaving {
  readonly rail: "stablecoin" | "lightning";
  /** What sells through it. */
  readonly endpoints: readonly PayoutEndpointDto[];
  readonly title: string;
  /** What is disconnected; the end of its value is typed. */
  readonly identity: { readonly name: string; readonly value: string };
  readonly onClose: () => void;
}

/** Mounted while it is open. What nobody could pay any more comes first; then the end of what is disconnected is typed. */
export function DisconnectDialog(leaving: Leaving) {
  const { endpoints, title, onClose } = leaving;
  const stuck = endpoints.filter(({ onlyRail }) => onlyRail);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={stuck.length > 0 ? "It is in use" : title}
      description={
        stuck.length > 0
          ? "Nobody could pay these LIVE endpoints any more. Connect another rail, put them back to TEST, or archive them, first."
          : describeEnd(endpoints.length)
      }
    >
      {stuck.length > 0 ? (
        <div className="space-y-4">
          <SellingList endpoints={stuck} />
          <div className="flex justify-end">
            <Button onClick={onClose}>Close</Button>
          </div>
        </div>
      ) : (
        <DisconnectForm {...leaving} />
      )}
    </Dialog>
  );
}

function describeEnd(selling: number): string {
  const kept = "Payments, receipts and what was paid stay as they are.";
  if (selling === 0) return `Nothing sells through it now. ${kept}`;
  return `${selling === 1 ? "One LIVE endpoint goes" : `${selling} LIVE endpoints go`} on selling over the other rail. ${kept}`;
}

function DisconnectForm({ rail, identity, onClose }: Leaving) {
  const disconnect = useDisconnectPayout(rail);
  const toast = useToast();
  const [typed, setTyped] = useState("");
  const end = identity.value.slice(-6);
  const matches = typed.trim().toLowerCase() === end.toLowerCase();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!matches) return;
    disconnect.mutate(undefined, {
      onSuccess: () => {
        toast({ text: "Disconnected. What was paid is yours as before." });
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {disconnect.error && <Notice tone="bad">{disconnect.error.message}</Notice>}
      <Field
        label={`Type the last six characters of the ${identity.name}`}
        hint={
          <>
            They are <code className="font-mono text-ink">{end}</code>
          </>
        }
      >
        {(ids) => (
          <Input
            {...ids}
            mono
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button type="submit" variant="danger" disabled={!matches} busy={disconnect.isPending}>
          Disconnect
        </Button>
      </div>
    </form>
  );
}
