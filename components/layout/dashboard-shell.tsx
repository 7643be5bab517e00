"use client";
import { useEffect, type ReactNode } from "react";
import Link from "next/link";
import { AccountBar } from "./account-bar.tsx";
import { DashboardNav } from "./dashboard-nav.tsx";
import { Logo, LogoMark } from "@/components/ui/logo.tsx";
import { useMe } from "@/lib/query/use-me.ts";

/** Sidebar on wide screens; a bar above and one below on a phone. */
export function DashboardShell({ children }: { readonly children: ReactNode }) {
  const me = useMe();
  const signedOut = me.data !== undefined && me.data.user === null;
  useEffect(() => {
    if (signedOut) window.location.replace(`/login?next=${encodeURIComponent(window.location.pathname)}`);
  }, [signedOut]);
  return (
    <div className="lg:grid lg:grid-cols-[15rem_1fr]">
      <aside className="sticky top-0 z-20 flex items-center justify-between gap-4 border-b border-rule bg-paper px-4 py-2 lg:h-dvh lg:flex-col lg:items-stretch lg:justify-start lg:border-r lg:border-b-0 lg:px-3 lg:py-5">
        <Link href="/app" aria-label="x402-paywall, overview" className="min-w-0 lg:px-3">
          <span className="max-lg:hidden">
            <Logo />
          </span>
          <span className="flex min-w-0 items-center gap-2 lg:hidden">
            <LogoMark />
            <span className="truncate font-medium">{me.data?.workspace?.name}</span>
          </span>
        </Link>
        <DashboardNav />
        <AccountBar me={me.data} />
      </aside>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl min-w-0 px-4 pt-6 pb-28 outline-none sm:px-8 lg:pt-10"
      >
        {signedOut ? null : children}
      </main>
    </div>
  );
}
