// Which Lightning nodes the tests run on: lnd where it can be built, LDK (from npm) where it cannot.
import { buildNodes } from "./build-nodes.mjs";

/**
 * @param options of `buildNodes`.
 * @returns `label`, for people; `warning`, when lnd should have been there; and `env` for `e2e/lightning`:
 *   `PAYWALL_LIGHTNING` is `lnd` or `ldk`, `PAYWALL_LIGHTNING_BIN` the folder of lnd and btcd.
 */
export async function chooseNodes(options) {
  const built = await buildNodes(options).catch((error) => ({ missing: "build", why: String(error) }));
  if ("bin" in built) {
    const when = built.seconds === 0 ? "built before" : `built in ${built.seconds} s`;
    const env = { PAYWALL_LIGHTNING: "lnd", PAYWALL_LIGHTNING_BIN: built.bin };
    return { label: `${built.label}, ${when}`, env };
  }
  const env = { PAYWALL_LIGHTNING: "ldk" };
  if (built.missing === "go") return { label: "LDK (no Go on this machine)", env };
  const warning = `LND COULD NOT BE BUILT, so Lightning is tested with LDK alone:\n${built.why}`;
  return { label: "LDK (lnd could not be built)", warning, env };
}
