import { CodeBlock } from "./code-block.tsx";

export function JsonView({ title, value }: { readonly title: string; readonly value: unknown }) {
  return <CodeBlock title={title} what={title} code={JSON.stringify(value, null, 2)} />;
}
