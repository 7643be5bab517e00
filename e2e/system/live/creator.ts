import { randomBytes } from "node:crypto";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type {
  EndpointDto,
  OverviewDto,
  PageDto,
  ReceiptDetailDto,
  ReceiptDto,
} from "../../../lib/query/dto.ts";
import type { EndpointInput } from "../../../lib/query/dto.ts";
import { getInstance } from "../../instance.ts";

const { appUrl, demoUrl } = getInstance();
const NETWORK = "eip155:84532";

export type Creator = Awaited<ReturnType<typeof createCreator>>;

/** Somebody who sells LIVE: an account, a workspace and an address of its own, so that all money at the address is known. */
export async function createCreator() {
  const payTo = privateKeyToAccount(generatePrivateKey()).address;
  const email = `live-${randomBytes(8).toString("hex")}@example.com`;
  const password = "a long enough password";
  // Sign-ups from one address are limited, and these are many people.
  const address = `2001:db8::${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}`;
  const origin = { "content-type": "application/json", origin: appUrl, "x-forwarded-for": address };
  await ask("POST", "/signup", origin, { name: "Ada", email, password });
  const session = { ...origin, cookie: await signIn(email, password) };
  await ask("PUT", "/payouts/stablecoin", session, { address: payTo, networks: [NETWORK], password });
  const { key } = await ask<{ key: string }>("POST", "/api-keys", session, { name: "Test" });
  const headers = { ...origin, authorization: `Bearer ${key}` };

  const list = async <T>(path: string): Promise<readonly T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const at: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      // oxlint-disable-next-line no-await-in-loop -- page by page
      const page: PageDto<T> = await ask("GET", `${path}&limit=100${at}`, headers);
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };
  return {
    /** Where its money goes; nobody else is paid there. */
    payTo,
    /** An endpoint that is LIVE; one cent a request at the demo upstream unless the input says otherwise. */
    async sell(input: Partial<EndpointInput> = {}): Promise<EndpointDto> {
      const slug = `live-${randomBytes(6).toString("hex")}`;
      const common = { url: `${demoUrl}/`, price: "10000", title: slug, slug, match: "prefix" };
      const { id } = await ask<EndpointDto>("POST", "/endpoints", headers, { ...common, ...input });
      return ask("POST", `/endpoints/${id}/mode`, headers, { mode: "live" });
    },
    change: (id: string, input: Partial<EndpointInput>): Promise<EndpointDto> =>
      ask("PATCH", `/endpoints/${id}`, headers, input),
    archive: (id: string, slug: string): Promise<EndpointDto> =>
      ask("POST", `/endpoints/${id}/archive`, headers, { slug }),
    overview: (): Promise<OverviewDto> => ask("GET", "/overview?range=24h&mode=live", headers),
    receipts: (): Promise<readonly ReceiptDto[]> => list("/receipts?mode=live"),
  };
}

/** The whole receipt, as anybody may read it who has its id. */
export function readReceipt(id: string): Promise<ReceiptDetailDto> {
  return ask("GET", `/receipts/${id}`, {});
}

async function ask<T>(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<T> {
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${appUrl}/api/v1${path}`, { method, headers, ...payload });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** As a browser does it. @returns the cookie of the session */
async function signIn(email: string, password: string): Promise<string> {
  const token = await fetch(`${appUrl}/api/auth/csrf`);
  const { csrfToken } = (await token.json()) as { csrfToken: string };
  const answer = await fetch(`${appUrl}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: cookiesOf(token), origin: appUrl },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
    redirect: "manual",
  });
  await answer.text();
  return cookiesOf(answer);
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .join("; ");
}
