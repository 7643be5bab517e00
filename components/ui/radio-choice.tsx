"use client";
import { type ReactNode, useId } from "react";

/** One of several, with a sentence each. */
export function RadioChoice({
  name,
  label,
  hint,
  checked,
  onSelect,
}: {
  /** The same for all of a group. */
  readonly name: string;
  readonly label: string;
  readonly hint: ReactNode;
  readonly checked: boolean;
  readonly onSelect: () => void;
}) {
  const id = useId();
  return (
    <div className="flex gap-3">
      <input
        id={id}
        type="radio"
        name={name}
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={onSelect}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-sm text-faint">
          {hint}
        </p>
      </div>
    </div>
  );
}
