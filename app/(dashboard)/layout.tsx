import type { Metadata } from "next";
import type { ReactNode } from "react";
import { DashboardShell } from "@/components/layout/dashboard-shell.tsx";

export const metadata: Metadata = { robots: { index: false } };

export default function DashboardLayout({ children }: { readonly children: ReactNode }) {
  return <DashboardShell>{children}</DashboardShell>;
}
