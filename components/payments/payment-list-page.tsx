"use client";
import { HandCoins } from "lucide-react";
import Link from "next/link";
import { PaymentTable } from "./payment-table.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { ModeSwitch } from "@/components/ui/mode-switch.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import type { ModeDto } from "@/lib/query/dto.ts";
import { useMode } from "@/lib/query/use-mode.ts";
import { usePayments } from "@/lib/query/use-payments.ts";

export function PaymentListPage({ mode: asked }: { readonly mode: ModeDto | undefined }) {
  const mode = useMode(asked);
  const list = usePayments({ mode });
  return (
    <>
      <PageHeader
        title="Payments"
        description="Each payment that was presented, also those that were not charged."
        actions={<ModeSwitch mode={mode} href={(each) => `/app/payments?mode=${each}`} />}
      />
      <Panel flush>
        <ListView
          list={list}
          empty={
            <EmptyState
              icon={HandCoins}
              title={mode === "live" ? "No LIVE payments yet" : "No payments yet"}
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
