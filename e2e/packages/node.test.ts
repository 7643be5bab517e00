import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { runProcess } from "./run-process.ts";
import { runtimes } from "./runtimes.ts";

const { folder, packages } = inject("installed");
/** Their peer is a test runner, and outside of one it refuses to be loaded. */
const entries = packages.flatMap((entry) => entry.entries).filter((name) => !name.endsWith("/testing"));

describe.each(runtimes)("on $name", ({ name, node = "" }) => {
  const onThis = it.skipIf(node === "");

  onThis("is that version", async () => {
    const { stdout } = await runProcess(node, ["--version"], { cwd: folder });
    expect(stdout).toMatch(new RegExp(`^v${name.slice("Node ".length)}`));
  });

  onThis("each entry can be imported and exports something", async () => {
    const code = `for (const entry of ${JSON.stringify(entries)})
      console.log(entry, Object.keys(await import(entry)).length > 0);`;
    const outcome = await runProcess(node, ["--input-type=module", "--eval", code], { cwd: folder });
    const stdout = entries.map((entry) => `${entry} true\n`).join("");
    expect(outcome).toEqual({ code: 0, stdout, stderr: "" });
  });

  onThis("no package exports what is not in its manifest", async () => {
    const code = `await import("@x402-paywall/core/dist/money.js");`;
    const outcome = await runProcess(node, ["--input-type=module", "--eval", code], { cwd: folder });
    expect(outcome.stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});

describe("installed tarballs", () => {
  it("come from the tarballs, not from a registry or the workspace", () => {
    const lock: {
      readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly link?: boolean }>>;
    } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    for (const { name } of packages) {
      const installed = Object.entries(lock.packages).filter(([path]) =>
        path.endsWith(`node_modules/${name}`),
      );
      expect(installed.map(([path]) => path)).toEqual([`node_modules/${name}`]);
      expect(installed[0]?.[1].resolved).toMatch(/^file:.*\.tgz$/);
    }
  });

  it("have a bill of materials that names them and what they depend on", async () => {
    const outcome = await runProcess("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
      cwd: folder,
    });
    expect(outcome).toMatchObject({ code: 0 });
    const bill: { readonly components: readonly { readonly purl: string }[] } = JSON.parse(outcome.stdout);
    const named = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl).replace(/@[^@]+$/, "")));
    for (const { name, dependencies } of packages)
      for (const wanted of [name, ...dependencies]) expect(named).toContain(`pkg:npm/${wanted}`);
  });
});
