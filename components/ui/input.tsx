import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

const look =
  "w-full min-w-0 rounded-sm border border-rule-strong bg-surface px-3 text-ink placeholder:text-faint " +
  "disabled:opacity-60 aria-invalid:border-bad focus-visible:outline-2 focus-visible:outline-accent focus-visible:outline-offset-0";

/** 16 px on phones, so that Safari does not zoom into it. */
const size = "h-10 max-sm:text-[1rem] text-base";

export function Input({
  mono = false,
  className,
  ...rest
}: ComponentProps<"input"> & { readonly mono?: boolean }) {
  return <input {...rest} className={classNames(look, size, mono && "font-mono", className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} className={classNames(look, "py-2 max-sm:text-[1rem] text-base", className)} />;
}

export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={classNames(look, size, "pr-8", className)} />;
}
