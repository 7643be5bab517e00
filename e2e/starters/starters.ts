/** How a framework's own documentation makes a project. */
export interface Starter {
  readonly name: string;
  /** Makes the folder; `undefined`: the folder is empty, and `init` makes the project. */
  readonly create?: (folder: string) => readonly string[];
  /** Of `init`. */
  readonly flags?: readonly string[];
  /** What the starter itself serves at `/`, which has to stay free; nothing where `init` made the project. */
  readonly home?: string;
  /** Flags for a free port, for what does not read PORT. */
  readonly listenOn?: (port: string, origin: string) => readonly string[];
}

const words = (line: string): readonly string[] => line.split(" ");

/** Pinned: what a starter makes tomorrow is another test. The first two are Express as it was and as it is. */
export const starters: readonly Starter[] = [
  {
    name: "Express 4, express-generator",
    create: (folder) => words(`npx express-generator@4.16.1 --no-view ${folder}`),
    home: "Welcome to Express",
  },
  { name: "Express 5, empty folder", flags: ["--framework", "express"] },
  {
    name: "Fastify, fastify-cli",
    create: (folder) => words(`npx fastify-cli@8.0.2 generate ${folder} --esm`),
    home: '"root":true',
  },
  {
    name: "Next.js, create-next-app",
    create: (folder) =>
      words(
        `npx create-next-app@16.4.3 ${folder} --ts --app --no-eslint --no-tailwind --no-src-dir --import-alias @/* --use-npm --disable-git --skip-install`,
      ),
    home: "<html",
  },
  {
    name: "Workers, create-cloudflare",
    create: (folder) =>
      words(
        `npx create-cloudflare@2.74.0 ${folder} --type hello-world --lang ts --no-deploy --no-git --no-agents`,
      ),
    home: "Hello World!",
    listenOn: (port, origin) => ["--port", port, "--var", `PUBLIC_URL:${origin}`],
  },
];
