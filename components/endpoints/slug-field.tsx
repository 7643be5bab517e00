import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { useMe } from "@/lib/query/use-me.ts";

/** The slug with the link that it makes. */
export function SlugField({
  value,
  error,
  onChange,
}: {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (slug: string) => void;
}) {
  const me = useMe();
  return (
    <Field
      label="Link"
      error={error}
      hint={<span className="font-mono break-all">{`${me.data?.contentUrl ?? ""}/p/${value}`}</span>}
    >
      {(ids) => (
        <Input
          {...ids}
          mono
          name="slug"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value.trim().toLowerCase())}
        />
      )}
    </Field>
  );
}
