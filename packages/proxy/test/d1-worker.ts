import { createD1Store, type D1Binding, migrateD1 } from "../src/stores/d1/index.ts";
import { answerCall, decode, encode } from "./remote-store.ts";

interface Env {
  readonly DB: D1Binding;
}

/** The store inside workerd: `/migrate`, `/race` (200 claims of the claim that is posted), `/call` for everything else. */
export default {
  async fetch(request: Request, { DB }: Env): Promise<Response> {
    const store = createD1Store(DB);
    const text = await request.text();
    switch (new URL(request.url).pathname) {
      case "/migrate":
        await Promise.all([migrateD1(DB), migrateD1(DB), migrateD1(DB)]);
        return new Response();
      case "/race": {
        const claim = decode(text) as Parameters<typeof store.claim>[0];
        const claims = Array.from({ length: 200 }, (_, index) => ({ ...claim, owner: `own_${index}` }));
        return new Response(encode(await Promise.all(claims.map((each) => store.claim(each)))));
      }
      default:
        return new Response(await answerCall(store, text));
    }
  },
};
