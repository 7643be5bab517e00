"use client";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { ApiKeyTable } from "./api-key-table.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import { useApiKeys } from "@/lib/query/use-api-keys.ts";

export function DevelopersPage() {
  const list = useApiKeys();
  const [creating, setCreating] = useState(false);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Developers"
        description="Everything on these pages can be done over the API."
        actions={create}
      />
      <div className="space-y-6">
        <Panel title="API keys" description="A key acts for this workspace. It is shown once." flush>
          <ListView
            list={list}
            empty={
              <EmptyState icon={KeyRound} title="No keys yet" action={create}>
                Create one to list endpoints, change prices or read receipts from a program.
              </EmptyState>
            }
          >
            {(rows) => <ApiKeyTable rows={rows} />}
          </ListView>
        </Panel>
        <CodeBlock
          title="A first call"
          what="example call"
          code={"curl -H 'Authorization: Bearer YOUR_KEY' \"$APP_URL/api/v1/endpoints\""}
        />
        <p className="text-sm text-soft">
          All operations are described in{" "}
          <a href="/openapi.json" className="font-mono text-accent underline underline-offset-4">
            /openapi.json
          </a>
          ; refusals are explained under{" "}
          <a href="/docs/problems" className="text-accent underline underline-offset-4">
            Errors
          </a>
          .
        </p>
      </div>
      <CreateKeyDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}
