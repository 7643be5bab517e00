import { expireClaimCookie, readClaimToken } from "../../../../lib/auth/claim-cookie.ts";
import { readJson } from "../../../../lib/http/read-json.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { signUp, signUpInput } from "../../../../lib/services/accounts/sign-up.ts";

export const POST = route(async ({ request, ctx }) => {
  const input = await readJson(request, signUpInput);
  const claimToken = readClaimToken(request.headers, ctx.env.appUrl);
  const me = await signUp({ ctx, input, claimToken });
  return json(me, { status: 201, headers: { "Set-Cookie": expireClaimCookie(ctx.env.appUrl) } });
});
