import { CountField } from "./count-field.tsx";
import { Disclosure } from "./disclosure.tsx";

export function FreeQuotaField({
  value,
  error,
  onChange,
}: {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Disclosure summary="Free requests" used={value !== ""} wrong={error !== undefined}>
      <div className="max-w-56">
        <CountField
          label="Free per payer and day"
          optional
          value={value}
          error={error}
          placeholder="none"
          hint="Days begin at midnight UTC."
          onChange={onChange}
        />
      </div>
    </Disclosure>
  );
}
