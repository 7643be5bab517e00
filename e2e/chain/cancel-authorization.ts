import type { Hex, LocalAccount } from "viem";
import { USDC, usdcAbi, type Chain } from "./start-chain.ts";

/** EIP-3009 `cancelAuthorization`, signed by the payer: what it has signed can never be settled any more. */
export async function cancelAuthorization(chain: Chain, account: LocalAccount, nonce: Hex): Promise<void> {
  const signature = await account.signTypedData({
    domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract: USDC },
    types: {
      CancelAuthorization: [
        { name: "authorizer", type: "address" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "CancelAuthorization",
    message: { authorizer: account.address, nonce },
  });
  const args = [account.address, nonce, signature] as const;
  const call = { address: USDC, abi: usdcAbi, functionName: "cancelAuthorization", args } as const;
  await chain.include(await chain.client.writeContract(call));
}
