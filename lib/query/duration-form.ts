/** Seconds in the units that the form offers, largest first. */
export const durationUnits = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;

export type DurationUnit = keyof typeof durationUnits;

/** A length of time as typed. */
export interface DurationForm {
  readonly count: string;
  readonly unit: DurationUnit;
}

export function isDurationUnit(text: string): text is DurationUnit {
  return Object.hasOwn(durationUnits, text);
}

/** Whole seconds; `undefined` for what is not a natural number above 0. */
export function parseDuration({ count, unit }: DurationForm): number | undefined {
  const number = parseCount(count);
  return number === undefined || number === 0 ? undefined : number * durationUnits[unit];
}

/** In the largest unit that is exact: 5400 is 90 minutes. */
export function formatDuration(seconds: number): DurationForm {
  for (const [unit, size] of Object.entries(durationUnits))
    if (isDurationUnit(unit) && seconds % size === 0) return { count: String(seconds / size), unit };
  return { count: String(seconds), unit: "seconds" };
}

/** A natural number, `"1,000"` included. */
export function parseCount(text: string): number | undefined {
  const cleaned = text.trim();
  const plain = /^\d{1,3}(,\d{3})+$/.test(cleaned) ? cleaned.replaceAll(",", "") : cleaned;
  return /^(0|[1-9]\d{0,9})$/.test(plain) ? Number(plain) : undefined;
}
