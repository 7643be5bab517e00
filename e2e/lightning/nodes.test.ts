import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { getIdentity, getInvoice, getWalletInfo, authenticatedLndGrpc, stopDaemon } from "ln-service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLightning, type Lightning } from "./nodes/start-lightning.ts";

let net: Lightning;

beforeAll(async () => {
  net = await startLightning();
});
afterAll(() => net?.close());

test("a payment moves the money, and its preimage is the invoice's", async () => {
  const before = await net.creator.balanceMsat();
  const invoice = await net.creator.createInvoice(1_000);
  const { preimage, feeMsat } = await net.payer.pay(invoice.bolt11);
  expect(feeMsat).toBe(0n);
  const { secret, is_confirmed: isPaid } = await getInvoice({
    lnd: net.creator.lnd(),
    id: invoice.paymentHash,
  });
  expect({ isPaid, secret }).toEqual({ isPaid: true, secret: preimage });
  await expect.poll(async () => (await net.creator.balanceMsat()) - before).toBe(1_000_000n);
});

test("money is on both sides, and the creator can receive thousands of payments", async () => {
  expect(await net.creator.inboundMsat()).toBeGreaterThan(5_000_000_000n);
  const invoice = await net.payer.createInvoice(2_000);
  await net.creator.pay(invoice.bolt11);
  await expect(net.payer.pay(invoice.bolt11)).rejects.toThrow("did not pay");
});

test("a baked macaroon can do what it says and nothing else", async () => {
  const { certBase64: cert, socket } = net.creator;
  const { lnd } = authenticatedLndGrpc({ cert, socket, macaroon: net.creator.connection.macaroon });
  const { bolt11, paymentHash } = await net.creator.createInvoice(1);
  expect((await getInvoice({ lnd, id: paymentHash })).request).toBe(bolt11);
  for (const forbidden of [getWalletInfo, stopDaemon])
    expect(await forbidden({ lnd }).catch(readDetails)).toBe("permission denied");
});

test("a line can be cut and mended", async () => {
  const line = await net.cut(net.creator);
  const { certBase64: cert, adminMacaroon: macaroon } = net.creator;
  const isUp = async (): Promise<boolean> => {
    const { lnd } = authenticatedLndGrpc({ cert, macaroon, socket: line.socket });
    return getIdentity({ lnd }).then(
      ({ public_key: key }) => key === net.creator.pubkey,
      () => false,
    );
  };
  expect(await isUp()).toBe(true);
  const open = connect(Number(line.socket.split(":")[1]), "127.0.0.1");
  const broken = new Promise((resolve) => open.once("close", resolve));
  await new Promise((resolve) => open.once("connect", resolve));
  await line.down();
  await broken;
  expect(await isUp()).toBe(false);
  await line.up();
  expect(await isUp()).toBe(true);
});

test("a node that hangs answers when it goes on", async () => {
  net.creator.pause();
  const answer = getIdentity({ lnd: net.creator.lnd() }).then(() => "answered");
  const waited = new Promise((resolve) => setTimeout(resolve, 500, "waited"));
  expect(await Promise.race([answer, waited])).toBe("waited");
  net.creator.resume();
  expect(await answer).toBe("answered");
});

test("a killed node comes back with its money and its invoices", async () => {
  const { bolt11, paymentHash } = await net.creator.createInvoice(3_000);
  const before = await net.creator.balanceMsat();
  await net.creator.kill();
  await net.creator.restart();
  expect((await getInvoice({ lnd: net.creator.lnd(), id: paymentHash })).request).toBe(bolt11);
  await net.waitForRoute();
  await net.payer.pay(bolt11);
  await expect.poll(async () => (await net.creator.balanceMsat()) - before).toBe(3_000_000n);
});

test("a bare node makes invoices that nobody can pay", async () => {
  const bare = await net.startNode("bare");
  expect(await bare.inboundMsat()).toBe(0n);
  const { bolt11 } = await bare.createInvoice(1_000);
  await expect(net.payer.pay(bolt11)).rejects.toThrow("did not pay");
});

test("nothing runs on and nothing is left when the process that started it is killed", async () => {
  const script = `
    import { startLightning } from "./e2e/lightning/nodes/start-lightning.ts";
    const net = await startLightning({ channel: false });
    const said = [net.creator.logFile, net.creator.socket, net.payer.socket].join(" ");
    process.stdout.write(said, () => process.kill(process.pid, "SIGKILL"));
  `;
  const args = ["--conditions=source", "--input-type=module-typescript", "--no-warnings", "--eval", script];
  let output = "";
  try {
    execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    output = String((error as { stdout: unknown }).stdout);
  }
  const [logFile = "", ...sockets] = output.split(" ");
  expect(sockets).toHaveLength(2);
  await expect.poll(() => Promise.all(sockets.map(listens)), { timeout: 5_000 }).toEqual([false, false]);
  await expect.poll(() => existsSync(logFile), { timeout: 5_000 }).toBe(false);
});

/** ln-service throws `[code, name, { err }]`. */
function readDetails(error: unknown): unknown {
  return (error as [number, string, { err: { details: string } }])[2].err.details;
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(Number(socket.split(":")[1]), "127.0.0.1");
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}
