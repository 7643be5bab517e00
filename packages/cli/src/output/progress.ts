import type { Terminal } from "../terminal.ts";
import type { Output } from "./output.ts";

/** Says what takes long, while it does. */
export interface Progress {
  update(text: string): void;
  end(text?: string): void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 90;
const CLEAR = "\r\u001b[2K";

/** A spinner on a terminal; elsewhere the first text as one line, so that a log says what was waited for. */
export function startProgress(text: string, { stderr }: Terminal, output: Output): Progress {
  if (output.isJson) return { update: () => undefined, end: () => undefined };
  if (stderr.isTTY !== true) {
    output.note(text);
    return { update: () => undefined, end: (last) => void (last === undefined || output.note(last)) };
  }
  let shown = text;
  let frame = 0;
  const draw = (): void =>
    void stderr.write(`${CLEAR}${output.style.cyan(FRAMES[frame++ % FRAMES.length] ?? "")} ${shown}`);
  draw();
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    update: (next) => {
      shown = next;
    },
    end: (last) => {
      clearInterval(timer);
      stderr.write(CLEAR);
      if (last !== undefined) output.note(last);
    },
  };
}
