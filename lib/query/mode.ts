import type { ModeDto } from "./dto.ts";

/** `?mode=` of a page; `undefined` where it asks for neither. */
export function parseMode(value: unknown): ModeDto | undefined {
  return value === "test" || value === "live" ? value : undefined;
}

/** `mode` there and `undefined`: it is not known yet, and nothing should be asked. Absent: both modes. */
export interface ModeFilter {
  readonly mode?: ModeDto | undefined;
}

export function isKnown(filter: ModeFilter): boolean {
  return !("mode" in filter) || filter.mode !== undefined;
}
