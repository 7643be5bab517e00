import { hash, verify } from "@node-rs/argon2";

// argon2id (the library's default algorithm), OWASP's parameters: 19 MiB, two passes, one lane.
const options = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1, outputLen: 32 };

/** A PHC string, salt included. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, options);
}

let unknownUser: Promise<string> | undefined;

/**
 * Whether the password is the one that was hashed. Pass `undefined` for an unknown user: the same work is done, so that
 * the time of the answer does not tell which accounts exist.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  unknownUser ??= hashPassword(crypto.randomUUID());
  const matches = await verify(passwordHash ?? (await unknownUser), password);
  return passwordHash !== undefined && matches;
}
