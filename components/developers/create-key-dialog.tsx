"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useCreateApiKey } from "@/lib/query/use-api-keys.ts";

/** Name first, then the key, once. Closing forgets it. */
export function CreateKeyDialog({
  open,
  onOpenChange,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const create = useCreateApiKey();
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  const change = (next: boolean): void => {
    onOpenChange(next);
    setName("");
    setMissing(false);
    create.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() !== "") create.mutate(name.trim());
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={create.data ? "Copy your key now" : "Create an API key"}
      description={
        create.data
          ? "It is stored only as a hash and cannot be shown again."
          : "Give it the name of the program that will use it."
      }
    >
      {create.data ? (
        <div className="space-y-4">
          <p
            className="rounded-sm border border-rule-strong bg-sunken p-3 font-mono text-sm break-all"
            data-testid="api-key"
          >
            {create.data.key}
          </p>
          <div className="flex justify-end gap-2">
            <CopyButton text={create.data.key} what="API key" label="Copy key" variant="primary" />
            <Button size="sm" onClick={() => change(false)}>
              Done
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={submit} noValidate className="space-y-4">
          {create.error && <Notice tone="bad">{create.error.message}</Notice>}
          <Field label="Name" error={missing ? "Write a name." : undefined}>
            {(ids) => (
              <Input
                {...ids}
                placeholder="Build server"
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" busy={create.isPending}>
              Create key
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
