import { isJsonObject } from "../canonical-json.ts";
import type { JsonObject } from "../canonical-json.ts";
import type { MicroUsd } from "../money.ts";
import { formatUsd } from "../money.ts";
import type { FieldProblem } from "../problem.ts";
import { MAX_AMOUNT } from "./price-limits.ts";

/**
 * Reads the members of a JSON object, notes what is wrong with each, and which were never asked for. What a method returns
 * for a refused member is a placeholder: use nothing unless {@link finish} reports no problem.
 */
export class FieldReader {
  readonly #json: JsonObject;
  readonly #field: string;
  readonly #known = new Set<string>();
  readonly #problems: FieldProblem[] = [];

  /** @param field Prefix of each problem's field. */
  constructor(json: JsonObject, field: string) {
    this.#json = json;
    this.#field = field;
  }

  /** The problems so far; with `complete` also the members that nobody asked for. */
  finish(complete: boolean): readonly FieldProblem[] {
    const unknown = complete ? Object.keys(this.#json).filter((name) => !this.#known.has(name)) : [];
    const known = [...this.#known].join(", ");
    for (const name of unknown) this.refuse(name, `Remove this member; known here are ${known}.`);
    return this.#problems;
  }

  /** Nothing was refused so far: members may be compared with each other. */
  get isClean(): boolean {
    return this.#problems.length === 0;
  }

  refuse(name: string, message: string): void {
    this.#problems.push({ field: `${this.#field}.${name}`, message });
  }

  /** Adds the problems of a reader further down. */
  add(problems: readonly FieldProblem[]): void {
    this.#problems.push(...problems);
  }

  /** Whether the object has this member, be it `null`. */
  has(name: string): boolean {
    return this.#take(name) !== undefined;
  }

  /** What `read` returns, or the default where the member is absent or `null`. */
  optional<T>(name: string, absent: T, read: () => T): T {
    return (this.#take(name) ?? null) === null ? absent : read();
  }

  /** µUSD from a decimal string. */
  amount(name: string, least: 0n | 1n): MicroUsd {
    const value = this.#take(name);
    if (typeof value !== "string" || !/^(0|[1-9]\d{0,39})$/.test(value)) {
      this.refuse(name, 'Write µUSD as a decimal string: "10000" is $0.01.');
      return least;
    }
    const amount = BigInt(value);
    if (amount >= least && amount <= MAX_AMOUNT) return amount;
    this.refuse(name, `Write an amount between "${least}" and "${MAX_AMOUNT}" ($${formatUsd(MAX_AMOUNT)}).`);
    return least;
  }

  /** A whole number from 1. */
  count(name: string, most: number): number {
    const value = this.#take(name);
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return value;
    this.refuse(name, `Write a whole number from 1 to ${most}.`);
    return 1;
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value === "string") return value;
    this.refuse(name, "Write a text.");
    return "0";
  }

  flag(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") this.refuse(name, "Write true or false.");
    return value === true;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#take(name);
    const found = choices.find((entry) => entry === value);
    if (found === undefined)
      this.refuse(name, `Write one of ${choices.map((entry) => `"${entry}"`).join(", ")}.`);
    return found;
  }

  /** A reader of the object below. */
  object(name: string, advice: string): FieldReader | undefined {
    const value = this.#take(name);
    if (isJsonObject(value)) return new FieldReader(value, `${this.#field}.${name}`);
    this.refuse(name, advice);
    return undefined;
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#json, name) ? this.#json[name] : undefined;
  }
}
