import { mkdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { findPort } from "./find-port.ts";
import { readLogEnd, runNode } from "./run-node.ts";
import { waitUntil } from "./wait-until.ts";

/** P2WSH of the script `OP_TRUE` on regtest: whoever shows the script may spend, so mined coins need no wallet. */
const ANYONES = "bcrt1qft5p2uhsdcdc3l2ua4ap5qqfg4pjaqlp250x7us7a8qqhrxrxfsqseac85";
const SUBSIDY_BTC = 50;
const FEE_BTC = 0.001;
/** Three windows of votes, after which SegWit is active; by then the first coins are long mature. */
const FIRST_BLOCKS = 432;

export type Btcd = Awaited<ReturnType<typeof startBtcd>>;

/** A Bitcoin chain of its own (regtest): btcd on loopback with SegWit active, whose first coins can be given away. */
export async function startBtcd(bin: string, folder: string) {
  await mkdir(folder, { recursive: true });
  const port = await findPort();
  const certFile = join(folder, "rpc.cert");
  const logFile = join(folder, "btcd.log");
  const login = { user: "miner", password: "miner" };
  const node = await runNode(
    join(bin, "btcd"),
    [
      "--regtest",
      "--nolisten",
      "--nodnsseed",
      "--txindex",
      `--configfile=${join(folder, "none.conf")}`,
      `--datadir=${join(folder, "data")}`,
      `--logdir=${join(folder, "logs")}`,
      `--rpclisten=127.0.0.1:${port}`,
      `--rpcuser=${login.user}`,
      `--rpcpass=${login.password}`,
      `--rpccert=${certFile}`,
      `--rpckey=${join(folder, "rpc.key")}`,
      `--miningaddr=${ANYONES}`,
    ],
    logFile,
  );
  const call = async (method: string, ...params: readonly unknown[]): Promise<unknown> =>
    ask(port, login, await readFile(certFile, "utf8"), { jsonrpc: "1.0", id: 1, method, params });
  const generate = (blocks: number): Promise<unknown> => call("generate", blocks);

  /** Coinbases are spent in the order in which they were mined. */
  let spent = 0;
  try {
    await waitUntil("Starting btcd", () => call("getblockcount"), 20_000);
    await generate(FIRST_BLOCKS);
  } catch (error) {
    await node.kill();
    throw new Error(`btcd does not start: ${String(error)}\n${await readLogEnd(logFile)}`, { cause: error });
  }
  return {
    socket: `127.0.0.1:${port}`,
    certFile,
    login,
    /** Mines blocks. */
    generate,
    /** Gives each address (P2PKH or P2SH) the same share of fifty bitcoin, in one transaction, which is mined. */
    async fund(addresses: readonly string[]): Promise<void> {
      spent += 1;
      const share = Math.floor(((SUBSIDY_BTC - FEE_BTC) / addresses.length) * 1e8) / 1e8;
      const outputs = Object.fromEntries(addresses.map((address) => [address, share]));
      const hash = await call("getblockhash", spent);
      const block = await call("getblock", hash, 1);
      const txid = readFirstTransaction(block);
      const plain = String(await call("createrawtransaction", [{ txid, vout: 0 }], outputs));
      // BIP 144: marker and flag behind the version; the witness, which is the script alone, before the lock time.
      const signed = `${plain.slice(0, 8)}0001${plain.slice(8, -8)}010151${plain.slice(-8)}`;
      await call("sendrawtransaction", signed, true);
      await generate(1);
    },
    close: () => node.kill(),
  };
}

function readFirstTransaction(block: unknown): string {
  const ids: unknown = typeof block === "object" && block !== null && "tx" in block ? block.tx : undefined;
  const first: unknown = Array.isArray(ids) ? ids[0] : undefined;
  if (typeof first !== "string") throw new Error("btcd's block has no transaction");
  return first;
}

function ask(
  port: number,
  login: { readonly user: string; readonly password: string },
  ca: string,
  call: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const post = request(
      {
        host: "127.0.0.1",
        servername: "localhost",
        port,
        method: "POST",
        path: "/",
        ca,
        auth: `${login.user}:${login.password}`,
        headers: { "content-type": "application/json" },
        timeout: 20_000,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          try {
            const { result, error } = JSON.parse(text) as { result: unknown; error: unknown };
            if (error === null || error === undefined) resolve(result);
            else reject(new Error(`${String(call["method"])}: ${JSON.stringify(error)}`));
          } catch {
            reject(new Error(`btcd answers ${response.statusCode}: ${text.slice(0, 200)}`));
          }
        });
      },
    );
    post.on("timeout", () => post.destroy(new Error("btcd does not answer")));
    post.on("error", reject);
    post.end(JSON.stringify(call));
  });
}
