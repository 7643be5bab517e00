/** A till slip with two printed lines. */
export function LogoMark() {
  return (
    <svg aria-hidden viewBox="0 0 20 24" className="h-6 w-5 shrink-0 text-accent">
      <path d="M1 1h18v21l-3-2.4-3 2.4-3-2.4-3 2.4-3-2.4L1 22z" fill="currentColor" />
      <path d="M6 8h8M6 12h5" stroke="var(--on-accent)" strokeWidth="2" strokeLinecap="square" />
    </svg>
  );
}

/** The mark with the name beside it. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <LogoMark />
      <span>
        x402<span className="text-faint">·</span>paywall
      </span>
    </span>
  );
}
