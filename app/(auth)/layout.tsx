import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/components/ui/logo.tsx";
import { ThemeToggle } from "@/components/ui/theme-toggle.tsx";

export default function AuthLayout({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between px-4 py-4 sm:px-8">
        <Link href="/" aria-label="x402-paywall, home">
          <Logo />
        </Link>
        <ThemeToggle />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-sm flex-1 px-4 pt-8 pb-16 outline-none sm:pt-16"
      >
        {children}
      </main>
    </div>
  );
}
