/** What a creator does whose rail cannot send money back: the money went to them directly, so only they can. */
export function describeManualRefund(rail: string, payer: string | null): string {
  switch (rail) {
    case "lightning":
      return "Lightning does not say where a payment came from. Ask the payer for an invoice and pay it from your node.";
    case "stablecoin":
      return payer === null
        ? "Ask the payer for an address and send the money from your own wallet."
        : `Send the money to ${payer} from your own wallet.`;
    default:
      return "This payment cannot be sent back from here. Give the money back where it arrived.";
  }
}
