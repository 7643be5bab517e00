import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

type Variant = "primary" | "secondary" | "quiet" | "danger";
type Size = "md" | "sm" | "lg";

const variants: Readonly<Record<Variant, string>> = {
  primary: "bg-accent text-on-accent border-accent hover:bg-accent-strong hover:border-accent-strong",
  secondary: "bg-surface text-ink border-rule-strong hover:bg-sunken",
  quiet: "bg-transparent text-soft border-transparent hover:bg-sunken hover:text-ink",
  danger: "bg-surface text-bad border-bad hover:bg-bad-soft",
};
const sizes: Readonly<Record<Size, string>> = {
  sm: "h-8 px-3 text-sm gap-1.5",
  md: "h-10 px-4 text-base gap-2",
  lg: "h-12 px-6 text-base gap-2",
};

interface Look {
  readonly variant?: Variant;
  readonly size?: Size;
}

function buttonClass({ variant = "secondary", size = "md" }: Look, extra?: string): string {
  return classNames(
    "inline-flex items-center justify-center rounded-sm border font-medium whitespace-nowrap transition-colors duration-100",
    "disabled:opacity-60 disabled:cursor-not-allowed aria-disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0",
    variants[variant],
    sizes[size],
    extra,
  );
}

/** `busy` keeps the width, says so to screen readers and refuses further clicks. */
export function Button({
  variant = "secondary",
  size = "md",
  busy = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ComponentProps<"button"> & Look & { readonly busy?: boolean }) {
  return (
    <button
      {...rest}
      type={type === "submit" ? "submit" : type === "reset" ? "reset" : "button"}
      disabled={disabled === true || busy}
      aria-busy={busy}
      className={buttonClass({ variant, size }, className)}
    >
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}

/** Looks like a button, is the link inside it. */
export function ButtonLink({
  variant = "secondary",
  size = "md",
  className,
  ...rest
}: ComponentProps<"a"> & Look) {
  return <Slot.Root {...rest} className={buttonClass({ variant, size }, className)} />;
}
