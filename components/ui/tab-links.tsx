import Link from "next/link";
import { classNames } from "./class-names.ts";

export interface TabLink {
  readonly href: string;
  readonly label: string;
  readonly current: boolean;
  /** Amber: what is shown is TEST's. */
  readonly tone?: "test";
}

/** Tabs that are links: they survive a reload, the back button and a shared address. */
export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="-mx-4 mb-6 overflow-x-auto border-b border-rule px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-6">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              scroll={false}
              aria-current={tab.current ? "page" : undefined}
              className="inline-block border-b-2 border-transparent py-2.5 whitespace-nowrap text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A few choices side by side, as links. */
export function SegmentLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="flex rounded-sm border border-rule-strong bg-surface p-0.5">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          scroll={false}
          aria-current={tab.current ? "true" : undefined}
          className={classNames(
            "tabular inline-flex items-center rounded-sm px-3 py-1 text-sm text-soft hover:text-ink aria-[current=true]:font-medium",
            tab.tone === "test"
              ? "aria-[current=true]:bg-test-soft aria-[current=true]:text-test"
              : "aria-[current=true]:bg-accent aria-[current=true]:text-on-accent",
          )}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
