import { secp256k1 } from "@noble/curves/secp256k1.js";

/** The few operations on secp256k1 that the rails need; messages are 32-byte digests. */
export interface Curve {
  readonly name: "native" | "noble";
  /** Uncompressed public key (65 bytes) of whoever signed; `undefined` where no key can have. */
  recover(digest: Uint8Array, signature: Uint8Array, recoveryId: number): Uint8Array | undefined;
  /** 64 bytes r and s, s in the lower half. */
  sign(
    digest: Uint8Array,
    privateKey: Uint8Array,
  ): { readonly signature: Uint8Array; readonly recoveryId: number };
  /** Uncompressed, 65 bytes. */
  publicKey(privateKey: Uint8Array): Uint8Array;
}

/** Pure TypeScript: runs everywhere, about 1 ms a recovery. */
export const nobleCurve: Curve = {
  name: "noble",
  recover(digest, signature, recoveryId) {
    try {
      const recovered = new Uint8Array(65);
      recovered[0] = recoveryId;
      recovered.set(signature, 1);
      const key = secp256k1.recoverPublicKey(recovered, digest, { prehash: false });
      return secp256k1.Point.fromBytes(key).toBytes(false);
    } catch {
      return undefined;
    }
  },
  sign(digest, privateKey) {
    const recovered = secp256k1.sign(digest, privateKey, { prehash: false, format: "recovered" });
    return { signature: recovered.slice(1), recoveryId: recovered[0] ?? 0 };
  },
  publicKey: (privateKey) => secp256k1.getPublicKey(privateKey, false),
};

/**
 * The fastest curve that loads here: the npm package `secp256k1` (an optional peer) with its native binding, else
 * {@link nobleCurve}. Its own fallback in JavaScript is slower than ours, so the binding is asked for by name.
 */
export async function loadCurve(): Promise<Curve> {
  try {
    // Not a literal: a bundler must neither require the package nor try to inline its binary.
    const path: string = ["secp256k1", "bindings.js"].join("/");
    const module: unknown = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ path);
    const binding = isRecord(module) && "default" in module ? module.default : module;
    return isNative(binding) ? createNativeCurve(binding) : nobleCurve;
  } catch {
    return nobleCurve;
  }
}

interface NativeBinding {
  ecdsaRecover(
    signature: Uint8Array,
    recoveryId: number,
    digest: Uint8Array,
    compressed: boolean,
  ): Uint8Array;
  ecdsaSign(digest: Uint8Array, key: Uint8Array): { readonly signature: Uint8Array; readonly recid: number };
  publicKeyCreate(key: Uint8Array, compressed: boolean): Uint8Array;
}

function createNativeCurve(native: NativeBinding): Curve {
  return {
    name: "native",
    recover(digest, signature, recoveryId) {
      try {
        return native.ecdsaRecover(signature, recoveryId, digest, false);
      } catch {
        return undefined;
      }
    },
    sign(digest, privateKey) {
      const { signature, recid } = native.ecdsaSign(digest, privateKey);
      return { signature, recoveryId: recid };
    },
    publicKey: (privateKey) => native.publicKeyCreate(privateKey, false),
  };
}

function isNative(value: unknown): value is NativeBinding {
  return (
    isRecord(value) &&
    ["ecdsaRecover", "ecdsaSign", "publicKeyCreate"].every((name) => typeof value[name] === "function")
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
