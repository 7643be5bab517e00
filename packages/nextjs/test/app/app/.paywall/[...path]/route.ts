import { handlers } from "../../../paywall.ts";

export const { GET, POST, OPTIONS } = handlers;
