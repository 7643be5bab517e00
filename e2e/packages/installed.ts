/** What the tests of packages are told of the folder that the tarballs were installed into. */
export interface Installed {
  /** Outside of the repository, so that nothing of the workspace is found by accident. */
  readonly folder: string;
  readonly packages: readonly InstalledPackage[];
  /** Node 22 as npm ships it; `null` where this machine has another platform. */
  readonly node22: string | null;
}

export interface InstalledPackage {
  readonly name: string;
  /** Below `packages/`. */
  readonly folder: string;
  readonly version: string;
  /** What can be imported: `@x402-paywall/core/client`. */
  readonly entries: readonly string[];
  readonly dependencies: readonly string[];
  readonly bins: readonly string[];
  readonly readme: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    installed: Installed;
  }
}
