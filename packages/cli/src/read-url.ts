import { CliError } from "./cli-error.ts";

/** An http(s) URL of the command line; `localhost:3000/x` gets its scheme. @throws CliError `usage` */
export function readUrl(text: string, name = "The URL"): URL {
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?]|$)/i.test(text);
  const url = URL.parse(local ? `http://${text}` : text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError(
      "usage",
      `${name} is no http(s) URL: ${text}`,
      "Write it in full: https://api.example.com/v1",
    );
  }
  return url;
}

/** Whether a host name is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}
