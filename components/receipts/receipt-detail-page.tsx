"use client";
import Link from "next/link";
import { ReceiptView } from "./receipt-view.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";

export function ReceiptDetailPage({ id }: { readonly id: string }) {
  return (
    <>
      <PageHeader
        above={
          <Link href="/app/receipts" className="text-sm text-soft underline-offset-4 hover:underline">
            Receipts
          </Link>
        }
        title="Receipt"
        description={<span className="font-mono text-sm break-all">{id}</span>}
        actions={
          <ButtonLink>
            <Link href={`/r/${id}`}>Public page</Link>
          </ButtonLink>
        }
      />
      <ReceiptView id={id} />
    </>
  );
}
