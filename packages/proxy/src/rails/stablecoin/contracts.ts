import { EXACT_PROXY_ADDRESS, PERMIT2_ADDRESS, UPTO_PROXY_ADDRESS } from "../../evm/permit2-digest.ts";
import { evm } from "./sdk.ts";

/** What is read of a token: ERC-20 and EIP-3009. */
export const tokenAbi = evm.parseAbi([
  "function balanceOf(address owner) view returns (uint256)",
  "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce)",
  "event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)",
]);

/** Permit2's unordered nonces: 256 to a word. */
export const permit2Abi = evm.parseAbi([
  "function nonceBitmap(address owner, uint256 wordPosition) view returns (uint256)",
]);

export const permit2 = evm.getAddress(PERMIT2_ADDRESS);

/** x402's contracts, which alone may spend a permit: `exact` and `upto`, with and without an EIP-2612 permit in front. */
export const proxies = [EXACT_PROXY_ADDRESS, UPTO_PROXY_ADDRESS].map((address) => evm.getAddress(address));
export const proxyAbi = evm.parseAbi([
  "struct Permissions { address token; uint256 amount; }",
  "struct Permit { Permissions permitted; uint256 nonce; uint256 deadline; }",
  "struct Permit2612 { uint256 value; uint256 deadline; bytes32 r; bytes32 s; uint8 v; }",
  "struct ExactWitness { address to; uint256 validAfter; }",
  "struct UptoWitness { address to; address facilitator; uint256 validAfter; }",
  "function settle(Permit permit, address owner, ExactWitness witness, bytes signature)",
  "function settle(Permit permit, uint256 amount, address owner, UptoWitness witness, bytes signature)",
  "function settleWithPermit(Permit2612 permit2612, Permit permit, address owner, ExactWitness witness, bytes signature)",
  "function settleWithPermit(Permit2612 permit2612, Permit permit, uint256 amount, address owner, UptoWitness witness, bytes signature)",
]);
