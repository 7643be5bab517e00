/** A configuration that cannot work: thrown at start, with the field that is wrong and what to write instead. */
export class PaywallConfigError extends Error {
  override readonly name = "PaywallConfigError";
  /** As the configuration spells it: `routes["GET /weather"]`. */
  readonly field: string;
  /** What to do. */
  readonly fix: string;

  constructor(field: string, problem: string, fix: string) {
    super(`${field}: ${problem} ${fix}`);
    this.field = field;
    this.fix = fix;
  }
}
