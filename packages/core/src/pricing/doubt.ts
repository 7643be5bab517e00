/**
 * A fact or a value that the expression needs is not beyond doubt; the request then costs the price's maximum. Thrown
 * and caught inside of this folder only.
 */
export class Doubt extends Error {
  override readonly name = "Doubt";
}
