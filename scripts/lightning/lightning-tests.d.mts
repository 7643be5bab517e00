export function listLightningTests(nodes: string | undefined): {
  readonly files: string[];
  readonly leftOut: string[];
};
