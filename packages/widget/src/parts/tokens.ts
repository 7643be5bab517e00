/** Colours by name: in light and in dark. The same as the dashboard's; contrast of text on its surface is 4.5:1 in both. */
export const tokens = {
  paper: ["#f7f4ec", "#101514"],
  surface: ["#fffdf8", "#171d1c"],
  sunken: ["#efebe0", "#0b0f0e"],
  ink: ["#1b2422", "#e9ece6"],
  soft: ["#47524f", "#b6bfba"],
  faint: ["#5f6a66", "#8f9a95"],
  rule: ["#ddd6c6", "#2b3432"],
  strong: ["#8b8878", "#66716d"],
  accent: ["#0b5c63", "#6cc7c5"],
  "accent-strong": ["#07464c", "#93dcd9"],
  "on-accent": ["#ffffff", "#071615"],
  test: ["#7a4a00", "#f5c063"],
  "test-soft": ["#fbe6bd", "#3a2a0c"],
  good: ["#1c6236", "#7fcf98"],
  bad: ["#a02b1d", "#f0938a"],
  "bad-soft": ["#fae1dc", "#3a1a17"],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

/** For a document of ours, which follows the system. */
export const documentTokens = (): string => `:root{color-scheme:light dark;${declare(([light]) => light)}}
@media (prefers-color-scheme:dark){:root{${declare(([, dark]) => dark)}}}`;

/** For an element on somebody's page: follows that page's `color-scheme`, and `--x402-<name>` replaces a colour. */
export const hostTokens = (): string =>
  `:host{${declare(([light, dark], name) => `var(--x402-${name},light-dark(${light},${dark}))`)}}`;

function declare(value: (colours: readonly [string, string], name: string) => string): string {
  return Object.entries(tokens)
    .map(([name, colours]) => `--${name}:${value(colours, name)}`)
    .join(";");
}
