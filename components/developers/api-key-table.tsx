"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { ApiKeyDto } from "@/lib/query/dto.ts";
import { useRevokeApiKey } from "@/lib/query/use-api-keys.ts";

export function ApiKeyTable({ rows }: { readonly rows: readonly ApiKeyDto[] }) {
  const [chosen, setChosen] = useState<ApiKeyDto>();
  const revoke = useRevokeApiKey();
  const toast = useToast();
  const confirm = (key: ApiKeyDto): void => {
    setChosen(undefined);
    revoke.mutate(key.id, {
      onSuccess: () => toast({ text: `${key.name} is revoked.` }),
      onError: (error) => toast({ text: `${key.name} was not revoked: ${error.message}`, tone: "bad" }),
    });
  };
  return (
    <>
      <DataTable
        caption="API keys"
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "name",
            header: "Name",
            cell: (row) => (
              <>
                <span className="font-medium">{row.name}</span>
                <span className="block font-mono text-sm text-faint">{row.prefix}…</span>
              </>
            ),
          },
          { key: "created", header: "Created", wide: true, cell: (row) => <TimeAgo at={row.createdAt} /> },
          {
            key: "used",
            header: "Last used",
            cell: (row) =>
              row.lastUsedAt === null ? (
                <span className="text-faint">never</span>
              ) : (
                <TimeAgo at={row.lastUsedAt} />
              ),
          },
          {
            key: "revoke",
            header: "",
            align: "right",
            cell: (row) => (
              <Button
                size="sm"
                variant="quiet"
                onClick={() => setChosen(row)}
                aria-label={`Revoke ${row.name}`}
              >
                Revoke
              </Button>
            ),
          },
        ]}
      />
      <Dialog
        open={chosen !== undefined}
        onOpenChange={(open) => !open && setChosen(undefined)}
        title={`Revoke ${chosen?.name ?? ""}?`}
        description="Programs that use this key are refused at once. This cannot be undone."
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setChosen(undefined)}>Keep it</Button>
          <Button variant="danger" onClick={() => chosen && confirm(chosen)}>
            Revoke
          </Button>
        </div>
      </Dialog>
    </>
  );
}
