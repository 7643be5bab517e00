"use client";
import { useState } from "react";
import { BackToTestDialog } from "./back-to-test-dialog.tsx";
import { GoLiveDialog } from "./go-live-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";

/** To real money, and back. */
export function ModeActions({ endpoint }: { readonly endpoint: EndpointDto }) {
  const [open, setOpen] = useState(false);
  const isLive = endpoint.mode === "live";
  const Dialog = isLive ? BackToTestDialog : GoLiveDialog;
  return (
    <>
      <Button variant={isLive ? "secondary" : "primary"} onClick={() => setOpen(true)}>
        {isLive ? "Back to test" : "Go live"}
      </Button>
      {open && <Dialog endpoint={endpoint} onClose={() => setOpen(false)} />}
    </>
  );
}
