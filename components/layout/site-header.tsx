"use client";
import Link from "next/link";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Logo } from "@/components/ui/logo.tsx";
import { ThemeToggle } from "@/components/ui/theme-toggle.tsx";
import { useMe } from "@/lib/query/use-me.ts";

export function SiteHeader() {
  const me = useMe();
  return (
    <header className="mx-auto flex max-w-6xl items-center justify-between gap-4 px-4 py-4 sm:px-8">
      <Link href="/" aria-label="x402-paywall, home">
        <Logo />
      </Link>
      <nav aria-label="Account" className="flex items-center gap-1 sm:gap-2">
        <ThemeToggle />
        {me.data?.user ? (
          <ButtonLink size="sm" variant="primary">
            <Link href="/app">Dashboard</Link>
          </ButtonLink>
        ) : (
          <>
            <ButtonLink size="sm" variant="quiet">
              <Link href="/login">Log in</Link>
            </ButtonLink>
            <ButtonLink size="sm" className="max-sm:hidden">
              <Link href="/signup">Sign up</Link>
            </ButtonLink>
          </>
        )}
      </nav>
    </header>
  );
}
