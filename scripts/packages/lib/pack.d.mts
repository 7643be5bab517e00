/** See pack.mjs. */
export interface PackedPackage {
  readonly folder: string;
  readonly name: string;
  /** As published. */
  readonly manifest: {
    readonly version: string;
    readonly exports?: Readonly<Record<string, unknown>>;
    readonly bin?: Readonly<Record<string, string>>;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  };
  readonly staged: string;
  readonly tarball: string;
}

export function packPackages(): readonly PackedPackage[];
