"use client";
import type { ModeDto } from "./dto.ts";
import { useMe } from "./use-me.ts";

/**
 * The mode that a page shows: what its address asks for, else LIVE where anything is LIVE. `undefined` while that is not
 * known: nothing is asked for meanwhile, so that no page shows one mode and then the other.
 */
export function useMode(asked: ModeDto | undefined): ModeDto | undefined {
  const me = useMe();
  if (asked !== undefined) return asked;
  if (me.isPending) return undefined;
  return me.data?.workspace?.live === true ? "live" : "test";
}
