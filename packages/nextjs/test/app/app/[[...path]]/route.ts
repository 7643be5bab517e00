import { answerAdapterApp } from "../../../../../proxy/src/testing/adapter-app.ts";
import { withPaywall } from "../../paywall.ts";

const handler = withPaywall((request, { usage }) => answerAdapterApp(request, usage));

export { handler as DELETE, handler as GET, handler as OPTIONS, handler as POST, handler as PUT };
