// Builds the Lightning nodes that tests run (btcd and two lnd) from their sources, once for each version.
// `node scripts/lightning/build-nodes.mjs` says where they are; it needs Go, and the network the first time.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const moduleFolder = fileURLToPath(new URL("../../e2e/lightning/nodes/go/", import.meta.url));
const PROGRAMS = ["github.com/lightningnetwork/lnd/cmd/lnd", "github.com/btcsuite/btcd"];
const TAGS = "autopilotrpc chainrpc invoicesrpc peersrpc signrpc walletrpc";
const BUILD_TIMEOUT_MS = 20 * 60_000;

/**
 * The nodes' programs, built when this machine has not got them yet. Two builds at once are fine: each builds into a
 * folder of its own, and the first to finish puts it into place.
 * @param options `background`: gives way to everything else that runs here.
 * @returns `{ bin, label, seconds }`: where `lnd` and `btcd` are, and how long it took (0: they were there); or
 *   `{ missing, why }`: `missing` is "go" where there is no Go, and "build" where it could not build.
 */
export async function buildNodes({ background = false } = {}) {
  const go = findGo();
  if (go === undefined) return { missing: "go", why: "there is no Go on this machine" };
  const version = spawnSync(go, ["env", "GOVERSION"], { cwd: moduleFolder, encoding: "utf8", env: goEnv() });
  if (version.status !== 0)
    return { missing: "build", why: lastLines(version.stderr ?? "go does not start") };
  const folder = join(cacheFolder(), hashSources(version.stdout.trim()));
  const done = { bin: folder, label: `lnd ${pinnedVersion("lightningnetwork/lnd")} and btcd` };
  if (existsSync(folder)) return { ...done, seconds: 0 };
  return build(go, folder, background, done);
}

async function build(go, folder, background, done) {
  const started = Date.now();
  mkdirSync(cacheFolder(), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    // Go may want to rewrite go.mod; the checked-in one stays as it is.
    const source = join(draft, "source");
    cpSync(moduleFolder, source, { recursive: true });
    const bin = join(draft, "bin");
    mkdirSync(bin);
    const args = ["build", "-mod=readonly", "-trimpath", "-tags", TAGS, "-o", `${bin}/`, ...PROGRAMS];
    const failure = await run(go, args, source, background);
    if (failure !== undefined) return { missing: "build", why: failure };
    put(bin, folder);
    return { ...done, seconds: Math.max(1, Math.round((Date.now() - started) / 1000)) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** A rename is one step, so nobody sees half a folder; who comes second throws its own away. */
function put(bin, folder) {
  try {
    renameSync(bin, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** @returns what went wrong, or undefined. Its output is kept, so it tears nobody's. */
function run(go, args, cwd, background) {
  return new Promise((resolve) => {
    // `nice` first: a priority that is set afterwards does not reach the threads that Go has by then.
    const [command, ...before] = background && process.platform !== "win32" ? ["nice", "-n", "5", go] : [go];
    const child = spawn(command, [...before, ...args], {
      cwd,
      env: { ...goEnv(), ...(background ? { GOMAXPROCS: "2" } : {}) },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: BUILD_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const stopped = () => child.kill("SIGTERM");
    process.once("exit", stopped);
    let said = "";
    child.stderr.on("data", (chunk) => (said = (said + chunk).slice(-10_000)));
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      process.off("exit", stopped);
      resolve(code === 0 ? undefined : lastLines(said) || `go ended with ${code ?? signal}`);
    });
  });
}

function findGo() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/go/bin"];
  return folders
    .map((folder) => join(folder, "go"))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** No C compiler is needed, and no flags of the user's change what the cache holds. */
function goEnv() {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "x402-paywall", "lightning");
}

function hashSources(goVersion) {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder, name)));
  hash.update([TAGS, goVersion, process.platform, process.arch].join("\n"));
  return hash.digest("hex").slice(0, 16);
}

function pinnedVersion(module) {
  const manifest = readFileSync(join(moduleFolder, "go.mod"), "utf8");
  return new RegExp(`github\\.com/${module} (\\S+)`).exec(manifest)?.[1] ?? "";
}

function lastLines(text) {
  return text.trim().split("\n").slice(-4).join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildNodes();
  process.stdout.write(
    "bin" in built
      ? `${built.label}: ${built.bin} (${built.seconds === 0 ? "were there" : `built in ${built.seconds} s`})\n`
      : `No Lightning nodes: ${built.why}\n`,
  );
  process.exitCode = "bin" in built ? 0 : 1;
}
