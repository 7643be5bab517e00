// What a package may weigh and lean on. A limit is a promise to who installs it: raising one needs a reason in the commit.

/** Bytes are of 1024 to the kB. `dependencies` are the required ones beside our own packages. */
export const packageLimits = {
  core: { packedKb: 90, unpackedKb: 300, dependencies: 0 },
  // Every entry for Node works after a plain install, hence undici; a Worker's bundle never contains it (e2e/packages).
  // Three ways to a Lightning node, the rail, rates and the contract of backends are 60 kB of it; their SDKs are optional.
  proxy: { packedKb: 345, unpackedKb: 1180, dependencies: 3 },
  // The modules, the bundled scripts of the pages (one of them for wallets, which a page loads when it is chosen), and all of
  // it once more as the one file for browsers.
  widget: { packedKb: 115, unpackedKb: 345, dependencies: 0 },
  cli: { packedKb: 95, unpackedKb: 310, dependencies: 3 },
  express: { packedKb: 15, unpackedKb: 45, dependencies: 0 },
  fastify: { packedKb: 15, unpackedKb: 45, dependencies: 1 },
  nextjs: { packedKb: 15, unpackedKb: 45, dependencies: 0 },
  workers: { packedKb: 20, unpackedKb: 60, dependencies: 0 },
};

/** What `import *` of an entry adds to somebody's bundle, minified and gzipped, with all that it imports. */
export const bundleLimits = {
  "@x402-paywall/core": 32,
  "@x402-paywall/core/client": 12,
  "@x402-paywall/widget/browser": 25,
  // All of a Worker's paywall: engine, wires, rails of the sandbox, curves.
  "@x402-paywall/workers": 120,
};
