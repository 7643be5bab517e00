import type { Rail } from "./rail.ts";

/** The rail that a stored payment was made on; `undefined` where this instance has it no more. */
export function findRail(rails: readonly Rail[], id: string, mode: string): Rail | undefined {
  return rails.find((rail) => rail.id === id && rail.mode === mode);
}
