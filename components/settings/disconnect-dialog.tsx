"use client";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { StablecoinPayoutDto } from "@/lib/query/payout-dto.ts";
import { useDisconnectPayout } from "@/lib/query/use-payouts.ts";

/** Mounted while it is open. What still sells through the address comes first; then its end is typed. */
export function DisconnectDialog({
  connected,
  onClose,
}: {
  readonly connected: StablecoinPayoutDto;
  readonly onClose: () => void;
}) {
  const isSelling = connected.liveEndpoints.length > 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isSelling ? "It is in use" : "Disconnect this address?"}
      description={
        isSelling
          ? "Nobody could pay these LIVE endpoints any more. Put them back to TEST, or archive them, first."
          : "No endpoint can go LIVE until an address is connected again. Payments, receipts and what was paid stay as they are."
      }
    >
      {isSelling ? (
        <SellingList connected={connected} onClose={onClose} />
      ) : (
        <DisconnectForm connected={connected} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface Part {
  readonly connected: StablecoinPayoutDto;
  readonly onClose: () => void;
}

function SellingList({ connected, onClose }: Part) {
  return (
    <div className="space-y-4">
      <ul className="list-disc space-y-1 pl-5 marker:text-rule-strong">
        {connected.liveEndpoints.map((endpoint) => (
          <li key={endpoint.id}>
            <Link href={`/app/endpoints/${endpoint.id}`} className="text-accent underline underline-offset-4">
              {endpoint.title}
            </Link>
          </li>
        ))}
      </ul>
      <div className="flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}

function DisconnectForm({ connected, onClose }: Part) {
  const disconnect = useDisconnectPayout();
  const toast = useToast();
  const [typed, setTyped] = useState("");
  const end = connected.address.slice(-6);
  const matches = typed.trim().toLowerCase() === end.toLowerCase();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!matches) return;
    disconnect.mutate(undefined, {
      onSuccess: () => {
        toast({ text: "Disconnected. What was paid to the address is yours as before." });
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {disconnect.error && <Notice tone="bad">{disconnect.error.message}</Notice>}
      <Field
        label="Type the last six characters of the address"
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
