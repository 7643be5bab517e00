import { CopyButton } from "./copy-button.tsx";

export function CodeBlock({
  title,
  code,
  what,
}: {
  readonly title: string;
  readonly code: string;
  readonly what: string;
}) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-rule bg-sunken">
      <figcaption className="flex items-center justify-between gap-3 border-b border-rule py-1.5 pr-1.5 pl-4 text-sm text-soft">
        {title}
        <CopyButton text={code} what={what} variant="quiet" />
      </figcaption>
      <pre tabIndex={0} aria-label={title} className="overflow-x-auto p-4 font-mono text-sm leading-5">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
