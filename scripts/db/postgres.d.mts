/** See postgres.mjs. */
export function startPostgres(options: {
  readonly dir: string;
  readonly port?: number;
  readonly disposable?: boolean;
  readonly log?: (line: string) => void;
}): Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
export function isAlive(pid: number): boolean;
