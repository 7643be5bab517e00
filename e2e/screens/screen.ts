import type { Page } from "playwright-core";
import type { MockState } from "./mock-api.ts";

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** `real`: nothing is mocked, and the path is the content origin's. */
  readonly state?: MockState | "real";
  /** The window, not the whole page. */
  readonly dialog?: true;
  readonly prepare?: (page: Page) => Promise<void>;
}
