import { z } from "zod";
import { parseCursor } from "./cursor.ts";

/** `?limit=&cursor=` of every list: 1 to 100 rows, 25 unless told. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number("Use a number from 1 to 100.").int().min(1).max(100).default(25),
  cursor: z.string().max(400).transform(parseCursor).optional(),
});
