/** Whether a write was refused because a unique value is taken: Prisma's P2002, or Postgres' own 23505. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "P2002" || error.code === "23505");
}
