import { PERMIT2_ADDRESS } from "../../evm/permit2-digest.ts";
import { evm } from "./sdk.ts";

/** What is read of a token: ERC-20 and EIP-3009. */
export const tokenAbi = evm.parseAbi([
  "function balanceOf(address owner) view returns (uint256)",
  "function allowance(address owner, address spender) view returns (uint256)",
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
