"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";

export function ArchiveDialog({
  endpoint,
  open,
  busy,
  error,
  onOpenChange,
  onConfirm,
}: {
  readonly endpoint: EndpointDto;
  readonly open: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onOpenChange: (open: boolean) => void;
  readonly onConfirm: (slug: string) => void;
}) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === endpoint.slug) onConfirm(typed);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Archive ${endpoint.title}?`}
      description="Its link answers 410 Gone from then on. Payments, receipts and the slug are kept, and you can restore it later."
    >
      <form onSubmit={submit} className="space-y-4">
        {error && <Notice tone="bad">{error.message}</Notice>}
        <Field
          label="Type the slug to confirm"
          hint={
            <>
              It is <code className="font-mono text-ink">{endpoint.slug}</code>
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
          <Button onClick={() => onOpenChange(false)}>Keep it</Button>
          <Button type="submit" variant="danger" disabled={typed !== endpoint.slug} busy={busy}>
            Archive
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
