const parts = ["starter", "init", "install", "start", "first payment"] as const;
type Part = (typeof parts)[number];

/** Seconds of each part, and of all of them. */
export interface Laps extends Readonly<Record<Part, number>> {
  readonly name: string;
  readonly total: number;
}

/** Runs from its construction on. */
export class Stopwatch {
  readonly #name: string;
  readonly #seconds = new Map<Part, number>();
  #last = performance.now();

  constructor(name: string) {
    this.#name = name;
  }

  lap(part: Part): void {
    const now = performance.now();
    this.#seconds.set(part, (now - this.#last) / 1000);
    this.#last = now;
  }

  get laps(): Laps {
    const of = (part: Part): number => this.#seconds.get(part) ?? 0;
    return {
      name: this.#name,
      starter: of("starter"),
      init: of("init"),
      install: of("install"),
      start: of("start"),
      "first payment": of("first payment"),
      total: parts.reduce((sum, part) => sum + of(part), 0),
    };
  }
}

/** In seconds, a line each. */
export function formatTable(all: readonly Laps[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const columns = [...parts, "total"] as const;
  const head = ["seconds".padEnd(width), ...columns].join("  ");
  const lines = all.map((laps) =>
    [
      laps.name.padEnd(width),
      ...columns.map((column) => laps[column].toFixed(1).padStart(column.length)),
    ].join("  "),
  );
  return [head, ...lines].join("\n");
}
