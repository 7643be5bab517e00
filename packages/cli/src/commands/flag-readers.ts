import type { PayingWire } from "@x402-paywall/core/client";
import { InvalidArgumentError } from "commander";

const wires: readonly PayingWire[] = ["x402", "l402", "mpp"];

/** `l402,x402`: in this order. @throws InvalidArgumentError */
export function readWires(text: string): readonly PayingWire[] {
  return text.split(",").map((part) => {
    const wire = wires.find((each) => each === part.trim().toLowerCase());
    if (wire === undefined) throw new InvalidArgumentError(`Name one or more of ${wires.join(", ")}.`);
    return wire;
  });
}

/** For options that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** @throws InvalidArgumentError */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw new InvalidArgumentError("Write a port, from 0 (any free one) to 65535.");
  return port;
}

/** @throws InvalidArgumentError */
export function readCount(text: string): number {
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw new InvalidArgumentError("Write a whole number above 0.");
  return count;
}
