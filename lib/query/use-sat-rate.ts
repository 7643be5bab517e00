"use client";
import { createContext, use } from "react";
import type { EndpointDto, MeDto } from "./dto.ts";
import { useMe } from "./use-me.ts";

/** What decides in which rate an endpoint's prices are said: TEST has its own, LIVE one only where Bitcoin is taken. */
export type SoldAs = Pick<EndpointDto, "mode" | "rails">;

/** The endpoint whose prices are edited; a new one starts in TEST. */
export const SoldAsContext = createContext<SoldAs>({ mode: "test", rails: [] });

/** Millisatoshi a dollar, decimal string, to show an endpoint's prices in sat; `undefined` where that would say nothing. */
export function useSatRate(): (endpoint: SoldAs) => string | undefined {
  const { data } = useMe();
  return (endpoint) => satRateOf(endpoint, data);
}

/** {@link useSatRate} of the endpoint that is edited. */
export function useEditedSatRate(): string | undefined {
  return useSatRate()(use(SoldAsContext));
}

export function satRateOf({ mode, rails }: SoldAs, me: MeDto | undefined): string | undefined {
  if (mode === "test") return me?.msatPerUsd;
  return rails.includes("lightning") ? me?.liveMsatPerUsd : undefined;
}
