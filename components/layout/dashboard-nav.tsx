"use client";
import {
  ChartNoAxesColumn,
  CodeXml,
  HandCoins,
  Link2,
  type LucideIcon,
  ReceiptText,
  Settings,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** A phone has room for five; this one is in the bar above there. */
  readonly wide?: true;
}

const items: readonly Entry[] = [
  { href: "/app", label: "Overview", icon: ChartNoAxesColumn },
  { href: "/app/endpoints", label: "Endpoints", icon: Link2 },
  { href: "/app/payments", label: "Payments", icon: HandCoins },
  { href: "/app/receipts", label: "Receipts", icon: ReceiptText },
  { href: "/app/developers", label: "Developers", icon: CodeXml },
  { href: "/app/settings", label: "Settings", icon: Settings, wide: true },
];

/** Whether the entry is the page that is open, or one above it. */
export function isCurrent(href: string, path: string): boolean {
  return href === "/app" ? path === "/app" : path === href || path.startsWith(`${href}/`);
}

export function DashboardNav() {
  const path = usePathname();
  return (
    <nav
      aria-label="Dashboard"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-rule bg-surface pb-[env(safe-area-inset-bottom)] lg:static lg:mt-6 lg:flex-1 lg:border-0 lg:bg-transparent"
    >
      <ul className="grid grid-cols-5 lg:flex lg:flex-col lg:gap-0.5">
        {items.map(({ href, label, icon: Icon, wide }) => (
          <li key={href} className={wide && "max-lg:hidden"}>
            <Link
              href={href}
              aria-current={isCurrent(href, path) ? "page" : undefined}
              className="flex flex-col items-center gap-1 px-1 py-2 text-sm leading-4 text-soft hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-accent lg:flex-row lg:gap-3 lg:rounded-sm lg:px-3 lg:text-base lg:hover:bg-sunken lg:aria-[current=page]:bg-accent-soft lg:aria-[current=page]:text-accent-strong"
            >
              <Icon className="size-5 lg:size-4" strokeWidth={1.75} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
