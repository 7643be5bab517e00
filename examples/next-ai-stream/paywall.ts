import { createPaywall, metered } from "@x402-paywall/nextjs";

const { PORT, PUBLIC_URL = `http://localhost:${PORT}`, PAYWALL_SECRET } = process.env;

export const { withPaywall, handlers } = createPaywall({
  secret: PAYWALL_SECRET,
  url: PUBLIC_URL,
  routes: {
    // In dollars for a million tokens. A payment is a balance; each answer takes from it what it used.
    "POST /chat": metered({ inputTokens: "$0.50", outputTokens: "$2", deposit: "$0.25" }),
  },
});
