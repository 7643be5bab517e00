import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTerminal } from "../../test/run-cli.ts";
import { Stop } from "../terminal.ts";
import { createOutput, toJson } from "./output.ts";
import { startProgress } from "./progress.ts";
import { createStyle, plain } from "./style.ts";
import { writeAll } from "./write-all.ts";

describe("colours", () => {
  const paint = (isTty: boolean, env: Record<string, string> = {}, wanted = true): string => {
    const { terminal } = createTerminal({ isTty, env });
    return createStyle(terminal.stdout, terminal, wanted).red("x");
  };

  it("are for terminals alone, and for those who want them", () => {
    expect(paint(true)).toBe("\u001b[31mx\u001b[39m");
    expect(paint(false)).toBe("x");
    expect(paint(true, { NO_COLOR: "1" })).toBe("x");
    expect(paint(true, { NO_COLOR: "" })).not.toBe("x");
    expect(paint(true, { TERM: "dumb" })).toBe("x");
    expect(paint(true, {}, false)).toBe("x");
  });
});

it.each([
  ["a\u001b[31mred", "a [31mred"],
  ["two\r\nlines", "two  lines"],
  ["\u202eright to left", " right to left"],
  ["bell\u0007\u009b1m", "bell  1m"],
  ["x".repeat(300), `${"x".repeat(199)}…`],
  ["ünï 💰", "ünï 💰"],
])("text of others cannot steer a terminal: %j", (text, shown) => {
  expect(plain(text)).toBe(shown);
});

describe("output", () => {
  it("has results on stdout and the rest on stderr", () => {
    const { terminal, read } = createTerminal();
    const output = createOutput(terminal, {});
    output.note("a note");
    output.result({ a: 1 }, () => "one");
    output.event({ type: "x" }, () => "an event");
    output.event({ type: "silent" }, () => undefined);
    expect(read()).toEqual({ stdout: "one\n", stderr: "a note\nan event\n" });
  });

  it("has nothing but JSON on stdout with --json, and next to nothing on stderr", () => {
    const { terminal, read } = createTerminal();
    const output = createOutput(terminal, { json: true });
    output.note("a note");
    output.event({ type: "x", amount: 5n }, () => "an event");
    output.result({ a: 1 }, () => "one");
    expect(read()).toEqual({ stdout: '{"type":"x","amount":"5"}\n{\n  "a": 1\n}\n', stderr: "" });
  });

  it("writes money as a string, which no double can spoil", () => {
    expect(toJson({ amount: 12_345_678_901_234_567_890n })).toBe('{"amount":"12345678901234567890"}');
  });
});

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("turns on a terminal, and leaves nothing behind", () => {
    const { terminal, read } = createTerminal({ isTty: true });
    const progress = startProgress("waiting", terminal, createOutput(terminal, { color: false }));
    progress.update("still waiting");
    vi.advanceTimersByTime(100);
    progress.end("done");
    vi.advanceTimersByTime(1000);
    expect(read().stderr).toBe("\r\u001b[2K⠋ waiting\r\u001b[2K⠙ still waiting\r\u001b[2Kdone\n");
  });

  it("is a line in a log", () => {
    const { terminal, read } = createTerminal();
    const progress = startProgress("waiting", terminal, createOutput(terminal, {}));
    progress.update("still waiting");
    progress.end();
    expect(read().stderr).toBe("waiting\n");
  });

  it("is nothing in JSON", () => {
    const { terminal, read } = createTerminal({ isTty: true });
    startProgress("waiting", terminal, createOutput(terminal, { json: true })).end("done");
    expect(read()).toEqual({ stdout: "", stderr: "" });
  });
});

describe("writeAll", () => {
  it("waits for who cannot take more", async () => {
    const slow = new PassThrough({ highWaterMark: 1 });
    const { signal } = new AbortController();
    let done = false;
    const writing = writeAll(slow, "abc", signal).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    slow.resume();
    await writing;
    expect(done).toBe(true);
  });

  it("does not wait for ever: it is stopped, or its reader goes away", async () => {
    const controller = new AbortController();
    const stuck = writeAll(new PassThrough({ highWaterMark: 1 }), "abc", controller.signal);
    controller.abort(new Stop("cancelled"));
    await expect(stuck).rejects.toBeInstanceOf(Stop);
    await expect(writeAll(new PassThrough(), "x", controller.signal)).rejects.toBeInstanceOf(Stop);
    const broken = new PassThrough({ highWaterMark: 1 });
    const failing = writeAll(broken, "abc", new AbortController().signal);
    broken.destroy(new Error("EPIPE"));
    await expect(failing).rejects.toThrow("EPIPE");
  });
});
