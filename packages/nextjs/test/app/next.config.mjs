import { fileURLToPath } from "node:url";

/** The adapter suite's application in Next; the packages are read from their sources, by the root's tsconfig. */
export default {
  turbopack: { root: fileURLToPath(new URL("../../../..", import.meta.url)) },
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["undici"],
  poweredByHeader: false,
};
