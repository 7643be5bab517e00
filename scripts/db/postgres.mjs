// The instance's own Postgres: real binaries from npm, data in a folder, found again when it is already running.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "pg";
import { fail, root } from "../lib/bootstrap.mjs";
import { freePort, isPortTaken } from "../lib/processes.mjs";
import { describeLocation, locatePostgres } from "./postgres-binaries.mjs";

const host = "127.0.0.1";
const database = "paywall";
const fastFlags = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];

/**
 * Starts the Postgres of a folder, or finds it running.
 * @param options.dir the data folder; a file `<dir>.json` beside it remembers port and password
 * @param options.port wanted port; else the remembered one, else a free one
 * @param options.disposable gives up durability for speed: for tests
 * @returns `url`, and `stop`, which ends the server unless another living process started it
 * @throws Error whose message says what to do
 */
export async function startPostgres({ dir, port, disposable = false, log = () => {} }) {
  const place = locatePostgres(dir);
  const where = describeLocation(dir, place.dataDir);
  if (where !== undefined) log(where);
  const memory = remember(`${dir}.json`);
  const found = await findRunning(place, memory);
  if (found !== undefined) return found;
  if (needsInitialising(place, where !== undefined, memory)) initialise(place, memory, disposable);
  memory.save({ port: await choosePort(port ?? memory.state.port), owner: process.pid });
  await launch(place, memory, disposable);
  return { url: urlOf(memory.state), stop: () => stopServer(place, memory) };
}

function urlOf({ port, password }, name = database) {
  return `postgres://postgres:${password}@${host}:${port}/${name}`;
}

/** Port, password and the process that started the server, in a file that only this user can read. */
function remember(file) {
  const memory = { state: {} };
  try {
    memory.state = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Nothing remembered.
  }
  memory.save = (change) => {
    Object.assign(memory.state, change);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(memory.state)}\n`, { mode: 0o600 });
  };
  return memory;
}

async function findRunning(place, memory) {
  const pidFile = join(place.dataDir, "postmaster.pid");
  if (!existsSync(pidFile)) return undefined;
  const [pid, , , port] = readFileSync(pidFile, "utf8").split("\n").map(Number);
  if (!isPostgres(pid)) {
    // The server was killed, and after a restart its pid may belong to anyone: Postgres itself would refuse to start.
    rmSync(pidFile, { force: true });
    return undefined;
  }
  const state = { ...memory.state, port };
  if (!(await answers(state, Date.now() + 10_000))) {
    throw new Error(
      `A Postgres is running on ${place.dataDir} (pid ${pid}) but does not let us in. Stop it, then start again.`,
    );
  }
  await createDatabase(state);
  const shared = state.owner !== process.pid && isAlive(state.owner);
  memory.save(shared ? { port } : { port, owner: process.pid });
  return { url: urlOf(state), stop: async () => (shared ? undefined : stopServer(place, memory)) };
}

/** Whether a process of that id exists. */
export function isAlive(pid) {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function isPostgres(pid) {
  if (!isAlive(pid)) return false;
  if (process.platform === "win32") return true;
  const ps = spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" });
  if (ps.error === undefined) return ps.stdout.includes("postgres") && !ps.stdout.includes("<defunct>");
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
}

function needsInitialising({ dataDir }, elsewhere, { state }) {
  if (!existsSync(join(dataDir, "PG_VERSION"))) return true;
  if (state.password !== undefined) return false;
  // Whoever removed the project's data folder meant the database, too.
  if (elsewhere) return true;
  throw new Error(
    `${dataDir} holds a database, but ${dataDir}.json with its password is gone. Restore that file, or remove the folder to start anew.`,
  );
}

async function choosePort(wanted) {
  if (wanted !== undefined && !(await isPortTaken(wanted, host))) return wanted;
  return freePort(host);
}

function initialise({ initdb, dataDir, identity }, memory, disposable) {
  memory.save({ password: randomBytes(18).toString("base64url") });
  // Only what an interrupted first start left; a folder with PG_VERSION never comes here.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDir}.password`;
  writeFileSync(passwordFile, memory.state.password, { mode: 0o600 });
  if (identity.uid !== undefined)
    for (const path of [dataDir, passwordFile]) chownSync(path, identity.uid, identity.gid);
  const args = [
    `--pgdata=${dataDir}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
  ];
  args.push(
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(disposable ? ["--no-sync"] : []),
  );
  const result = spawnSync(initdb, args, { ...identity, encoding: "utf8", cwd: dataDir });
  rmSync(passwordFile, { force: true });
  if (result.status === 0) return;
  rmSync(dataDir, { recursive: true, force: true });
  throw new Error(
    `The database could not be created in ${dataDir}. Set DATABASE_URL to use another one. ${result.error?.message ?? result.stderr}`,
  );
}

async function launch(place, memory, disposable) {
  const logFile = `${place.dataDir}.log`;
  const output = openSync(logFile, "a", 0o600);
  const args = [
    "-D",
    place.dataDir,
    "-p",
    String(memory.state.port),
    "-c",
    `listen_addresses=${host}`,
    "-c",
    "unix_socket_directories=",
  ];
  args.push(
    "-c",
    "max_connections=200",
    "-c",
    "timezone=UTC",
    "-c",
    "log_timezone=UTC",
    ...(disposable ? fastFlags : []),
  );
  // A process group of its own: Ctrl-C in a terminal must reach the gateway first, the database last.
  const child = spawn(place.postgres, args, {
    ...place.identity,
    cwd: place.dataDir,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let ended = false;
  child.once("error", () => (ended = true));
  child.once("exit", () => (ended = true));
  child.unref();
  if (await answers(memory.state, Date.now() + 30_000, () => ended)) return createDatabase(memory.state);
  const tail = existsSync(logFile)
    ? readFileSync(logFile, "utf8").trim().split("\n").slice(-3).join("\n")
    : "";
  throw new Error(
    `Postgres did not start; its log is ${logFile}. Set DATABASE_URL to use another one.\n${tail}`,
  );
}

async function answers(state, deadline, isOver = () => false) {
  while (Date.now() < deadline && !isOver()) {
    const client = new Client({
      connectionString: urlOf(state, "postgres"),
      connectionTimeoutMillis: 2_000,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      if (error.code === "28P01") return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}

async function createDatabase(state) {
  const client = new Client({ connectionString: urlOf(state, "postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

async function stopServer(place, memory) {
  const args = ["stop", "-D", place.dataDir, "-m", "fast", "-w", "-t", "20"];
  const child = spawn(place.pg_ctl, args, { ...place.identity, cwd: place.dataDir, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
  await ended;
  memory.save({ owner: null });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const postgres = await startPostgres({
      dir: join(process.env.PAYWALL_DATA ?? join(root, ".data"), "postgres"),
    });
    process.stdout.write(`${postgres.url}\nCtrl-C stops it.\n`);
    for (const signal of ["SIGINT", "SIGTERM"])
      process.once(signal, () => void postgres.stop().then(() => process.exit(0)));
    setInterval(() => {}, 1 << 30);
  } catch (error) {
    fail(error.message);
  }
}
