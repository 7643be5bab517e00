/** See build.mjs. */
export function buildPackages(): unknown;
