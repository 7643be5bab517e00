import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../proxy/src/testing/listen.ts";
import { startApp, type TestApp } from "./paywall-app.ts";
import { ended, spawnCli, start } from "./run-cli.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe("the real binary", () => {
  it("pays, with the answer alone on stdout", async () => {
    const { code, stdout, stderr } = await spawnCli(["pay", `${app.origin}/weather`]);
    expect([code, stdout]).toEqual([0, '{"sky":"clear"}']);
    expect(stderr).toContain("✓ paid");
  });

  it("streams while the answer arrives", async () => {
    const child = start(["pay", `${app.origin}/stream`]);
    const times: number[] = [];
    child.stdout?.on("data", () => times.push(performance.now()));
    const { code, stdout } = await ended(child);
    expect([code, stdout]).toEqual([0, "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n"]);
    // Five events, a tenth of a second apart: held back they would come at once.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(250);
    expect(times.length).toBeGreaterThanOrEqual(4);
  });

  it("has no colours in a pipe", async () => {
    const { stdout, stderr } = await spawnCli(["pay", `${app.origin}/weather`]);
    // oxlint-disable-next-line no-control-regex -- that is what colours are made of
    expect(stdout + stderr).not.toMatch(/\u001b/);
  });

  it("ends by itself: no socket or timer keeps it", async () => {
    const started = performance.now();
    await spawnCli(["pay", `${app.origin}/weather`]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("stops the server's stream where the reader of stdout goes away, quietly", async () => {
    const child = start(["pay", `${app.origin}/slow`]);
    await once(child.stdout ?? child, "data");
    child.stdout?.destroy();
    const { code, stderr } = await ended(child);
    expect(code).toBe(141);
    expect(stderr).not.toMatch(/error|EPIPE/);
  });

  it("is quiet where the reader went away before the one document came", async () => {
    const child = start(["doctor", `${app.origin}/weather`, "--json"]);
    child.stdout?.destroy();
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([141, ""]);
  });

  it("is stopped by Ctrl-C with 130, and the server sees it leave", async () => {
    let left = false;
    const server = createServer((request, response) => {
      request.socket.on("close", () => (left = true));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    const origin = await listen(server);
    const child = start(["pay", origin]);
    await once(child.stdout ?? child, "data");
    child.kill("SIGINT");
    const { code, stderr } = await ended(child);
    server.closeAllConnections();
    server.close();
    expect(code).toBe(130);
    expect(stderr).toContain("stopped: Cancelled.");
    expect(left).toBe(true);
  });

  it("does not wait for a second Ctrl-C", async () => {
    const server = createServer(() => undefined);
    const origin = await listen(server);
    const child = start(["proxy", origin, "--price", "0.01", "--port", "0", "--json"]);
    const [ready] = (await once(child.stdout ?? child, "data")) as [Buffer];
    const { link } = JSON.parse(ready.toString()) as { readonly link: string };
    const { events } = await spawnCli(["pay", link, "--json", "--dry-run"]);
    expect(events().at(-1)).toMatchObject({ type: "dry-run" });
    // A request that hangs at the upstream keeps the gateway from closing.
    const paying = start(["pay", link]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const started = performance.now();
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill("SIGINT");
    const { code } = await ended(child);
    paying.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
    expect(code).toBe(130);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it("proxy closes cleanly with Ctrl-C: that is how it ends", async () => {
    const child = start(["proxy", app.origin, "--price", "0.01", "--port", "0"]);
    await once(child.stderr ?? child, "data");
    child.kill("SIGINT");
    const { code, stderr } = await ended(child);
    expect(code).toBe(0);
    expect(stderr).toContain("closing");
  });

  it("reads the body from stdin", async () => {
    const { code, stdout } = await spawnCli(["pay", `${app.origin}/weather`, "-X", "POST", "-d", "@-"], {
      stdin: "x",
    });
    expect([code, stdout]).toEqual([0, '{"sky":"clear"}']);
  });

  it("says its version, and its help with all commands and exit codes", async () => {
    const version = await spawnCli(["--version"]);
    expect([version.code, /^\d+\.\d+\.\d+\n$/.test(version.stdout)]).toEqual([0, true]);
    const help = await spawnCli(["--help"]);
    expect(help.code).toBe(0);
    for (const word of ["init", "proxy", "pay", "add", "keys", "verify", "doctor", "completion", "141"])
      expect(help.stdout).toContain(word);
  });
});
