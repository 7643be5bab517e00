import Link from "next/link";
import { ButtonLink } from "@/components/ui/button.tsx";

export default function NotFound() {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto grid min-h-dvh max-w-md place-content-center px-4 outline-none"
    >
      <p className="font-mono text-sm text-faint">404</p>
      <h1 className="mt-1 text-xl font-semibold tracking-tight">There is nothing at this address</h1>
      <p className="mt-2 text-soft">It may have been mistyped, or it belongs to another account.</p>
      <div className="mt-6 flex gap-2">
        <ButtonLink variant="primary">
          <Link href="/">Home</Link>
        </ButtonLink>
        <ButtonLink>
          <Link href="/app">Dashboard</Link>
        </ButtonLink>
      </div>
    </main>
  );
}
