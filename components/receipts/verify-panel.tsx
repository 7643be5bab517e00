"use client";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { JsonView } from "@/components/ui/json-view.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { ReceiptDetailDto } from "@/lib/query/dto.ts";
import { type ReceiptCheck, checkReceipt, loadKeys } from "@/lib/query/verify-receipt.ts";

function Outcome({ check }: { readonly check: ReceiptCheck }) {
  switch (check.outcome) {
    case "valid":
      return (
        <Notice tone="good">
          Valid. Signed with Ed25519 key <code className="font-mono break-all">{check.kid}</code>, checked in
          this browser.
        </Notice>
      );
    case "invalid":
      return (
        <Notice tone="bad">
          Not valid: the signature does not fit the published keys. Do not accept this receipt.
        </Notice>
      );
    case "unavailable":
      return <Notice tone="hold">{check.reason}</Notice>;
  }
}

/** Checks the signature here, against the keys that the instance publishes; the server has no say in the answer. */
export function VerifyPanel({ receipt }: { readonly receipt: ReceiptDetailDto }) {
  const [check, setCheck] = useState<ReceiptCheck>();
  const [busy, setBusy] = useState(false);
  const verify = async (): Promise<void> => {
    setBusy(true);
    setCheck(await checkReceipt(receipt, loadKeys));
    setBusy(false);
  };
  return (
    <div className="min-w-0 space-y-6">
      <Panel title="Is it genuine?">
        <p className="text-soft">
          The receipt is a signed statement (JWS). Your browser can check it against the public key at{" "}
          <a
            href="/.well-known/jwks.json"
            className="font-mono text-sm break-all text-accent underline underline-offset-4"
          >
            /.well-known/jwks.json
          </a>
          .
        </p>
        <div className="mt-4 space-y-4">
          <Button variant="primary" onClick={() => void verify()} busy={busy}>
            <ShieldCheck aria-hidden />
            Verify
          </Button>
          <div aria-live="polite" className="empty:hidden">
            {check && <Outcome check={check} />}
          </div>
        </div>
      </Panel>
      <JsonView title="What is signed" value={receipt.payload} />
      <CodeBlock title="JWS" code={receipt.jws} what="JWS" />
    </div>
  );
}
