import { answerContent } from "@/lib/content-handler.ts";

// The same gateway as `gateway/main.ts`, for one-process deployments; the engine decides, Next only carries.
export const dynamic = "force-dynamic";

export {
  answerContent as DELETE,
  answerContent as GET,
  answerContent as HEAD,
  answerContent as OPTIONS,
  answerContent as PATCH,
  answerContent as POST,
  answerContent as PUT,
};
