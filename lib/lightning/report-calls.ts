import type { LightningBackend } from "@x402-paywall/proxy/rails/lightning";

/** Told of each call of a backend: that it begins, and how it ended. */
export interface CallReport {
  begin(): void;
  /** @param error What it threw. */
  end(error?: unknown): void;
}

/** The same backend, whose calls are reported. */
export function reportCalls(backend: LightningBackend, report: CallReport): LightningBackend {
  const reporting = async <T>(call: () => Promise<T>): Promise<T> => {
    report.begin();
    try {
      const result = await call();
      report.end();
      return result;
    } catch (error) {
      report.end(error);
      throw error;
    }
  };
  return {
    kind: backend.kind,
    createInvoice: (request) => reporting(() => backend.createInvoice(request)),
    lookUp: (paymentHash) => reporting(() => backend.lookUp(paymentHash)),
    async *subscribe(cursor, signal) {
      let failure: unknown;
      report.begin();
      try {
        yield* backend.subscribe(cursor, signal);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        report.end(failure);
      }
    },
    close: () => backend.close(),
  };
}
