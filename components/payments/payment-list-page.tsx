"use client";
import { HandCoins } from "lucide-react";
import Link from "next/link";
import { PaymentTable } from "./payment-table.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import { usePayments } from "@/lib/query/use-payments.ts";

export function PaymentListPage() {
  const list = usePayments();
  return (
    <>
      <PageHeader
        title="Payments"
        description="Each payment that was presented, also those that were not charged."
      />
      <Panel flush>
        <ListView
          list={list}
          empty={
            <EmptyState
              icon={HandCoins}
              title="No payments yet"
              action={
                <ButtonLink variant="primary">
                  <Link href="/app/endpoints">Share a link</Link>
                </ButtonLink>
              }
            >
              The first one appears here by itself, a second after it is made.
            </EmptyState>
          }
        >
          {(rows) => <PaymentTable rows={rows} />}
        </ListView>
      </Panel>
    </>
  );
}
