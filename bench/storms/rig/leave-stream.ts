import { request } from "node:http";
import { countTokens } from "./token-stream.ts";

export interface Leaving {
  readonly status: number;
  /** Tokens in the bytes that arrived. */
  readonly delivered: number;
  readonly bytes: number;
  /** Unix milliseconds at which the payer closed its socket; 0 where the stream was over before. */
  readonly leftAt: number;
}

/** Reads a stream until so many bytes arrived, and closes the socket without a word. */
export function leaveStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  afterBytes: number,
): Promise<Leaving> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, agent: false });
    call.on("error", reject);
    call.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      let text = "";
      let leftAt = 0;
      let leaving = false;
      // What is on this machine already has been delivered: it is read before the socket closes.
      const leaveWhenQuiet = (seen: number): void => {
        setImmediate(() => {
          if (text.length > seen) return leaveWhenQuiet(text.length);
          leftAt = Date.now();
          response.destroy();
        });
      };
      const leave = (): void => {
        leaving = true;
        leaveWhenQuiet(text.length);
      };
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (!leaving && text.length >= afterBytes) leave();
      });
      response.on("error", () => {});
      response.on("close", () =>
        resolve({ status, delivered: countTokens(text), bytes: text.length, leftAt }),
      );
      if (afterBytes === 0) leave();
    });
    call.end();
  });
}
