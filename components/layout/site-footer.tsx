import Link from "next/link";

const links = [
  { href: "/docs/problems", label: "Errors" },
  { href: "/openapi.json", label: "API description" },
  { href: "/.well-known/jwks.json", label: "Receipt keys" },
] as const;

export function SiteFooter() {
  return (
    <footer className="mx-auto mt-24 max-w-6xl px-4 text-sm text-faint sm:px-8">
      <div className="flex flex-wrap justify-between gap-x-8 gap-y-3 border-t border-rule py-8">
        <p>x402-paywall is open source under the MIT licence and runs on your own machine.</p>
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {links.map((link) => (
            <li key={link.href}>
              <Link
                href={link.href}
                prefetch={false}
                className="underline-offset-4 hover:text-ink hover:underline"
              >
                {link.label}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </footer>
  );
}
