import { median, ratios, spread } from "./numbers.ts";
import type { Measure, RowOptions, Verdict } from "./row.ts";

/** What one round of one contender gave, by figure. */
export type Figures = Readonly<Record<string, number>>;

export interface Entrant {
  readonly name: string;
  run(seconds: number): Promise<Figures>;
}

/** Values of each entrant and figure, one for each round. */
export class Rounds {
  readonly #values = new Map<string, number[]>();

  /** Warms everybody up, then interleaves: a slow moment of the machine hits all of them. */
  async play(entrants: readonly Entrant[], { seconds, rounds, log }: RowOptions): Promise<this> {
    for (const entrant of entrants) await entrant.run(Math.min(1, seconds));
    for (let round = 1; round <= rounds; round++) {
      // Another order each time: nobody always runs after the same neighbour.
      const order = entrants.map((_, place) => entrants[(place + round) % entrants.length]);
      for (const entrant of order) {
        if (entrant === undefined) continue;
        const figures = await entrant.run(seconds);
        for (const [figure, value] of Object.entries(figures)) this.of(entrant.name, figure).push(value);
        const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${value.toFixed(2)}`);
        log(`  round ${round}  ${entrant.name.padEnd(28)} ${shown.join("  ")}`);
      }
    }
    return this;
  }

  of(entrant: string, figure: string): number[] {
    const key = `${entrant}\n${figure}`;
    const values = this.#values.get(key) ?? [];
    this.#values.set(key, values);
    return values;
  }

  measures(units: Readonly<Record<string, string>>): readonly Measure[] {
    return [...this.#values].map(([key, values]) => {
      const [contender = "", what = ""] = key.split("\n");
      return { contender, what, unit: units[what] ?? "", values };
    });
  }

  /** A ratio of two entrants against its target; nothing where one of them did not take part. */
  compare(
    claim: Omit<Verdict, "value" | "spread">,
    figure: string,
    above: string,
    below: string,
  ): readonly Verdict[] {
    const values = ratios(this.of(above, figure), this.of(below, figure));
    return values.length === 0 || values.some((value) => !Number.isFinite(value))
      ? []
      : [{ ...claim, value: median(values), spread: spread(values) }];
  }
}
