import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { getMe } from "../../../../lib/services/accounts/get-me.ts";

export const GET = route(async ({ ctx }) => json(await getMe({ ctx })));
