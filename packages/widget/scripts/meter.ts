import { formatUsd, parseUsd } from "@x402-paywall/core";
import { asText, readObject } from "../src/checkout/problem.ts";

/** Where the meter is shown, and what it says. */
export interface MeterOptions {
  readonly root: Document;
  readonly infoUrl: string;
  readonly word: (name: MeterWord) => string;
}

export type MeterWord = "balance" | "usesLeft" | "openUntil" | "reserved" | "reservedNote" | "cost";

type Info = Readonly<Record<string, unknown>>;

const WATCH_EVERY_MS = 1500;
const SETTLE_WAITS_MS = [0, 600, 1500, 3000];

/** `$0.0031` of a decimal text, or nothing. */
export function amountOf(text: string): string {
  return parseUsd(text) === undefined ? "" : `$${text}`;
}

/**
 * What is left, and what one answer takes of it. While it runs money is reserved ahead of the text: what is shown then is
 * called set aside, and the cost at the end.
 */
export class Meter {
  readonly #options: MeterOptions;
  #before: bigint | undefined;
  #charged = "";
  #done = false;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** What was spent before this answer: asked first, because afterwards the answer is part of it. */
  async start(isWanted: () => boolean): Promise<void> {
    const info = await this.#read();
    if (info === undefined || !isWanted()) return;
    this.#before = taken(info);
    this.#show(info);
  }

  async watch(isWanted: () => boolean): Promise<void> {
    const row = this.#find("cost-row");
    row.hidden = true;
    row.title = this.#options.word("reservedNote");
    while (!this.#done && isWanted()) {
      await pause(WATCH_EVERY_MS);
      if (document.hidden || this.#done || !isWanted()) continue;
      const info = await this.#read();
      if (info !== undefined && !this.#done && isWanted()) this.#show(info);
    }
  }

  /** The receipt's own word, which goes before what two readings of the balance differ by. */
  set charged(amount: string) {
    if (amountOf(amount) !== "") this.#charged = amount;
  }

  get charged(): string {
    return this.#charged;
  }

  /** Nothing was answered, so nothing has a cost. */
  forget(): void {
    this.#before = undefined;
  }

  /** After the end: what was reserved and not used has returned once nothing is held any more. */
  async settle(isWanted: () => boolean): Promise<void> {
    this.#done = true;
    if (this.#charged !== "") this.#showCost("");
    for (const wait of SETTLE_WAITS_MS) {
      await pause(wait);
      if (!isWanted()) return;
      const info = await this.#read();
      if (info === undefined || !isWanted()) return;
      const held = parseUsd(asText(info["held"]));
      if (held === undefined || held === 0n) return this.#show(info);
    }
  }

  #show(info: Info): void {
    const { word, root } = this.#options;
    const balance = amountOf(asText(info["balance"]));
    const { usesLeft } = info;
    const until = new Date(asText(info["expiresAt"]));
    if (balance !== "") this.#write("left", word("balance"), balance);
    else if (typeof usesLeft === "number") this.#write("left", word("usesLeft"), String(usesLeft));
    else if (!Number.isNaN(until.getTime())) {
      const style = { dateStyle: "medium", timeStyle: "short" } as const;
      this.#write("left", word("openUntil"), until.toLocaleString(root.documentElement.lang, style));
    } else return;
    this.#find("meter").hidden = false;
    const now = taken(info);
    const before = this.#before;
    if (before === undefined || now === undefined || now < before) return;
    if (this.#done) return this.#showCost(dollars(now - before));
    this.#write("cost", word("reserved"), dollars(now - before));
    this.#find("cost-row").hidden = now === before;
  }

  #showCost(measured: string): void {
    const told = amountOf(this.#charged);
    this.#write("cost", this.#options.word("cost"), told === "" ? measured : told);
    this.#find("cost-row").hidden = false;
    this.#find("cost-row").removeAttribute("title");
    this.#find("meter").hidden = false;
  }

  #write(name: "left" | "cost", label: string, value: string): void {
    this.#find(`${name}-label`).textContent = label;
    this.#find(name).textContent = value;
  }

  #find(id: string): HTMLElement {
    const found = this.#options.root.getElementById(id);
    if (found === null) throw new TypeError(`The page has no ${id}`);
    return found;
  }

  async #read(): Promise<Info | undefined> {
    try {
      const answer = await fetch(this.#options.infoUrl, { cache: "no-store", credentials: "same-origin" });
      return answer.ok ? await readObject(answer) : undefined;
    } catch {
      return undefined;
    }
  }
}

function taken(info: Info): bigint | undefined {
  const spent = parseUsd(asText(info["spent"]));
  const held = parseUsd(asText(info["held"]));
  return spent === undefined || held === undefined ? undefined : spent + held;
}

function dollars(amount: bigint): string {
  return `$${formatUsd(amount)}`;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
