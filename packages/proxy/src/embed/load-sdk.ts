import { PaywallConfigError } from "./config-error.ts";

/**
 * Loads the SDK that a rail needs and that only those install who use that rail (an optional peer). Awaited at the top of
 * the rail's own module: the application imports the rail, so a missing SDK fails at start, not at the first payment.
 * @param load `() => import("ln-service")`
 * @example const lnd = await loadSdk("ln-service", () => import("ln-service"));
 * @throws PaywallConfigError where the package is not installed; else what loading it throws.
 */
export async function loadSdk<Sdk>(packageName: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, packageName)) throw error;
    throw new PaywallConfigError(
      "rails",
      `This rail needs the package ${packageName}.`,
      `Install it: npm install ${packageName}`,
    );
  }
}

/** Not where the package is there and something that it needs itself is missing. */
function isMissing(error: unknown, packageName: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const { code, message } = error;
  return (
    (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && message.includes(`'${packageName}'`)
  );
}
