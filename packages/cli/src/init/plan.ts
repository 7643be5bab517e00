import type { Framework, PackageManager, Project } from "./project.ts";

/** What the user decided, or the flags did. */
export interface Choices {
  readonly framework: Framework;
  /** `$0.01`. */
  readonly price: string;
  /** `/weather`. */
  readonly route: string;
  /** For new files. */
  readonly isTypeScript: boolean;
  /** Files of the user's may be edited. */
  readonly mayEdit: boolean;
  readonly packageManager: PackageManager;
  /** Of this package and its siblings: `0.1.0`. */
  readonly version: string;
  /** Fresh, 64 hex digits. */
  readonly secret: string;
}

/** One file as it will be. */
export interface Change {
  /** Below the project's folder. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  /** `merge` adds to a file that may be there; `create` must not meet another one; `edit` changes code of the user's. */
  readonly kind: "create" | "merge" | "edit";
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  /** Where the application listens in development. */
  readonly url: string;
  /** Commands to get it running, after the installation. */
  readonly start: readonly string[];
  /** What is left to be done by hand, in sentences. */
  readonly byHand: readonly string[];
}

/** Makes the part of a plan that a framework needs. Pure but for what it reads of the project. */
export type PlanFramework = (project: Project, choices: Choices) => Plan;

export function create(path: string, lines: readonly string[], project: Project): Change {
  return { path, before: project.read(path), after: `${lines.join("\n")}\n`, kind: "create" };
}

/** Our own packages, all of one version. */
export function ours(version: string, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`@x402-paywall/${name}`, `^${version}`]));
}

/** Of packages that a new project needs and an old one has. */
export const versions = {
  express: "^5.1.0",
  fastify: "^5.6.0",
  next: "^16.0.0",
  react: "^19.2.0",
  typescript: "^5.9.0",
  wrangler: "^4.0.0",
  "@types/express": "^5.0.0",
  "@types/node": "^24.0.0",
  "@types/react": "^19.2.0",
} as const;

export function pick(...names: readonly (keyof typeof versions)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}
