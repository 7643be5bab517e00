import { describe, expect, inject, it } from "vitest";
import { runProcess } from "./run-process.ts";
import { runtimes } from "./runtimes.ts";

const { folder, packages } = inject("installed");

// What core, proxy and the adapters do is in the examples of their READMEs.

describe.each(runtimes)("on $name", ({ node = "" }) => {
  const onThis = it.skipIf(node === "");

  onThis("the widget renders the page of an app's 402", async () => {
    const outcome = await runProcess(node, ["consumers/widget.ts"], { cwd: folder });
    expect(outcome.stdout, outcome.stderr).not.toBe("");
    const type = "text/html; charset=utf-8";
    expect(JSON.parse(outcome.stdout)).toEqual({ status: 402, type, isPage: true, hasInvoice: true });
    expect(outcome.code).toBe(0);
  });

  onThis.each(packages.flatMap(({ bins, version }) => bins.map((bin) => ({ bin, version }))))(
    "$bin --version and --help",
    async ({ bin, version }) => {
      const path = `node_modules/.bin/${bin}`;
      const said = await runProcess(node, [path, "--version"], { cwd: folder });
      expect(said).toMatchObject({ code: 0, stdout: `${version}\n` });
      const help = await runProcess(node, [path, "--help"], { cwd: folder });
      expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(bin) });
    },
  );
});
