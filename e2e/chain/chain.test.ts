import {
  authorizationTypes,
  ExactEvmScheme,
  PERMIT2_ADDRESS,
  UptoEvmScheme,
  x402ExactPermit2ProxyABI,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyABI,
  x402UptoPermit2ProxyAddress,
} from "@x402/evm";
import {
  getAddress,
  maxUint256,
  parseAbi,
  parseEventLogs,
  type Address,
  type Hex,
  type LocalAccount,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cancelAuthorization } from "./cancel-authorization.ts";
import { startChain, USDC, usdcAbi, type Chain } from "./start-chain.ts";

const permit2Abi = parseAbi([
  "function nonceBitmap(address owner, uint256 word) view returns (uint256)",
  "function invalidateUnorderedNonces(uint256 word, uint256 mask)",
  "error InvalidNonce()",
  "error InvalidSigner()",
]);
const payee = privateKeyToAccount(generatePrivateKey()).address;
let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain.close());

async function createPayer(funds = 1_000_000n) {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.fund(account.address, funds);
  return account;
}
type Payer = Awaited<ReturnType<typeof createPayer>>;

/** Signs a transfer; `overrides` are what is sent to the chain instead of what was signed. */
async function signTransfer(payer: Payer, value: bigint) {
  const from = payer.address;
  const nonce = generatePrivateKey();
  const message = { from, to: payee, value, validAfter: 0n, validBefore: maxUint256, nonce };
  const domain = { name: "USDC", version: "2", chainId: 84_532, verifyingContract: USDC } as const;
  const typed = {
    domain,
    types: authorizationTypes,
    primaryType: "TransferWithAuthorization",
    message,
  } as const;
  return { ...message, signature: await payer.signTypedData(typed) };
}
type SignedTransfer = Awaited<ReturnType<typeof signTransfer>>;

async function sendTransfer(signed: SignedTransfer): Promise<Hex> {
  const { from, to, value, validAfter, validBefore, nonce, signature } = signed;
  const args = [from, to, value, validAfter, validBefore, nonce, signature] as const;
  const call = { address: USDC, abi: usdcAbi, functionName: "transferWithAuthorization", args } as const;
  return chain.client.writeContract(call);
}

test("what stock clients expect lies at its canonical address", async () => {
  expect(await chain.client.getChainId()).toBe(84_532);
  for (const address of [
    USDC,
    PERMIT2_ADDRESS,
    x402ExactPermit2ProxyAddress,
    x402UptoPermit2ProxyAddress,
  ] as const)
    expect((await chain.client.getCode({ address }))?.length).toBeGreaterThan(100);
  expect(getAddress(chain.asset)).toBe("0x036CbD53842c5426634e7929541eC2318f3dCF7e");
  const abi = parseAbi([
    "function name() view returns (string)",
    "function version() view returns (string)",
    "function decimals() view returns (uint8)",
    "function DOMAIN_SEPARATOR() view returns (bytes32)",
  ]);
  const usdc = { address: USDC, abi } as const;
  expect(await chain.client.readContract({ ...usdc, functionName: "name" })).toBe("USDC");
  expect(await chain.client.readContract({ ...usdc, functionName: "version" })).toBe("2");
  expect(await chain.client.readContract({ ...usdc, functionName: "decimals" })).toBe(6);
  // The value of the real contract on Base Sepolia.
  expect(await chain.client.readContract({ ...usdc, functionName: "DOMAIN_SEPARATOR" })).toBe(
    "0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818",
  );
});

test("an authorization moves money once, and says so", async () => {
  const payer = await createPayer();
  const signed = await signTransfer(payer, 250_000n);
  const receipt = await chain.client.waitForTransactionReceipt({ hash: await sendTransfer(signed) });
  expect(receipt.status).toBe("success");
  const logs = parseEventLogs({ abi: usdcAbi, logs: receipt.logs });
  expect(logs.map((log) => [log.eventName, log.args])).toEqual([
    ["AuthorizationUsed", { authorizer: payer.address, nonce: signed.nonce }],
    ["Transfer", { from: payer.address, to: payee, value: 250_000n }],
  ]);
  expect(await chain.balanceOf(payer.address)).toBe(750_000n);
  expect(await authorizationState(payer.address, signed.nonce)).toBe(true);

  await expect(sendTransfer(signed)).rejects.toThrow("authorization is used or canceled");
  expect(await chain.balanceOf(payer.address)).toBe(750_000n);
});

test("an authorization is good for nothing else than what was signed", async () => {
  const payer = await createPayer();
  const other = await createPayer();
  const signed = await signTransfer(payer, 250_000n);
  const forged: Partial<SignedTransfer>[] = [
    { to: other.address },
    { value: 250_001n },
    { from: other.address },
    { validBefore: maxUint256 - 1n },
    { nonce: generatePrivateKey() },
  ];
  for (const change of forged)
    await expect(sendTransfer({ ...signed, ...change })).rejects.toThrow("invalid signature");
  const early = { ...signed, validAfter: BigInt(Math.floor(Date.now() / 1000) + 60) };
  await expect(sendTransfer(early)).rejects.toThrow("not yet valid");
  await expect(sendTransfer({ ...signed, validBefore: 1n })).rejects.toThrow("expired");
  await expect(sendTransfer(await signTransfer(payer, 1_000_001n))).rejects.toThrow("exceeds balance");
  expect(await chain.balanceOf(payer.address)).toBe(1_000_000n);
});

test("an authorization that its signer has cancelled is dead", async () => {
  const payer = await createPayer();
  const signed = await signTransfer(payer, 1n);
  await cancelAuthorization(chain, payer, signed.nonce);
  await expect(sendTransfer(signed)).rejects.toThrow("used or canceled");
});

test("a signed maximum is settled for less, once, by the facilitator that was signed for", async () => {
  const payer = await createPayer();
  await chain.approvePermit2(payer);
  const [, facilitator, stranger] = chain.accounts;
  const { authorization, settle } = await signMaximum(payer, 500_000n, facilitator.address);

  await expect(settle(120_000n, stranger)).rejects.toThrow("UnauthorizedFacilitator");
  // Whoever names himself in the witness has another witness than the payer signed.
  await expect(settle(120_000n, stranger, stranger.address)).rejects.toThrow("InvalidSigner");
  await expect(settle(500_001n, facilitator)).rejects.toThrow("AmountExceedsPermitted");
  expect(await chain.balanceOf(payer.address)).toBe(1_000_000n);

  const before = await chain.balanceOf(payee);
  await chain.include(await settle(120_000n, facilitator));
  expect(await chain.balanceOf(payer.address)).toBe(880_000n);
  expect(await chain.balanceOf(payee)).toBe(before + 120_000n);

  const nonce = BigInt(authorization.nonce);
  const bitmap = { address: PERMIT2_ADDRESS, abi: permit2Abi, functionName: "nonceBitmap" } as const;
  const word = await chain.client.readContract({ ...bitmap, args: [payer.address, nonce >> 8n] });
  expect((word >> (nonce & 255n)) & 1n).toBe(1n);
  await expect(settle(1n, facilitator)).rejects.toThrow("InvalidNonce");
  expect(await chain.balanceOf(payer.address)).toBe(880_000n);
});

test("a signed maximum whose nonce the payer has invalidated is dead", async () => {
  const payer = await createPayer();
  await chain.approvePermit2(payer);
  const facilitator = chain.accounts[1];
  const { authorization, settle } = await signMaximum(payer, 500_000n, facilitator.address);
  const nonce = BigInt(authorization.nonce);
  const args = [nonce >> 8n, 1n << (nonce & 255n)] as const;
  const call = {
    address: PERMIT2_ADDRESS,
    abi: permit2Abi,
    functionName: "invalidateUnorderedNonces",
    args,
  } as const;
  await chain.include(await chain.client.writeContract({ ...call, account: payer }));
  await expect(settle(1n, facilitator)).rejects.toThrow("InvalidNonce");
});

test("exact over Permit2 moves the whole amount to the payee of the witness", async () => {
  const payer = await createPayer();
  await chain.approvePermit2(payer);
  const requirements = createRequirements("exact", "70000", { assetTransferMethod: "permit2" });
  const { payload } = await new ExactEvmScheme(payer).createPaymentPayload(2, requirements);
  const { permit2Authorization: signed, signature } = payload as unknown as Permit2Payload;
  const settle = (to: Address): Promise<Hex> =>
    chain.client.writeContract({
      address: x402ExactPermit2ProxyAddress,
      abi: [...x402ExactPermit2ProxyABI, ...permit2Abi],
      functionName: "settle",
      args: [
        toPermit(signed),
        payer.address,
        { to, validAfter: BigInt(signed.witness.validAfter) },
        signature,
      ],
    });
  await expect(settle(chain.accounts[3].address)).rejects.toThrow("InvalidSigner");
  const before = await chain.balanceOf(payee);
  await chain.include(await settle(payee));
  expect(await chain.balanceOf(payee)).toBe(before + 70_000n);
  await expect(settle(payee)).rejects.toThrow("InvalidNonce");
});

test("blocks may come by the clock, and funding does not wait for them", async () => {
  const slow = await startChain({ blockSeconds: 30 });
  try {
    const payer = privateKeyToAccount(generatePrivateKey());
    await Promise.all([1n, 2n, 3n].map((value) => slow.fund(payer.address, value)));
    expect(await slow.balanceOf(payer.address)).toBe(6n);
    const args = [payee, 5n] as const;
    const call = { address: USDC, abi: usdcAbi, functionName: "transfer", args } as const;
    const hash = await slow.client.writeContract({ ...call, account: payer, gas: 100_000n });
    expect(await slow.client.getTransactionReceipt({ hash }).catch(() => "pending")).toBe("pending");
    await slow.client.mine({ blocks: 1 });
    expect(await slow.balanceOf(payee)).toBe(5n);
  } finally {
    await slow.close();
  }
});

interface Permit2Payload {
  readonly signature: Hex;
  readonly permit2Authorization: {
    readonly permitted: { readonly token: Address; readonly amount: string };
    readonly nonce: string;
    readonly deadline: string;
    readonly witness: { readonly to: Address; readonly facilitator: Address; readonly validAfter: string };
  };
}

function createRequirements(scheme: string, amount: string, extra: Record<string, unknown>) {
  const asset = { network: chain.network, asset: USDC, amount, payTo: payee };
  return { ...asset, scheme, maxTimeoutSeconds: 60, extra: { name: "USDC", version: "2", ...extra } };
}

function toPermit({ permitted, nonce, deadline }: Permit2Payload["permit2Authorization"]) {
  return {
    permitted: { token: permitted.token, amount: BigInt(permitted.amount) },
    nonce: BigInt(nonce),
    deadline: BigInt(deadline),
  };
}

/** What the official client signs for `upto`, and a settlement of it that is sent by anybody. */
async function signMaximum(payer: Payer, maximum: bigint, facilitatorAddress: Address) {
  const requirements = createRequirements("upto", String(maximum), { facilitatorAddress });
  const { payload } = await new UptoEvmScheme(payer).createPaymentPayload(2, requirements);
  const { permit2Authorization: authorization, signature } = payload as unknown as Permit2Payload;
  const settle = (
    amount: bigint,
    sender: LocalAccount,
    facilitator = authorization.witness.facilitator,
  ): Promise<Hex> => {
    const { to, validAfter } = authorization.witness;
    const witness = { to, facilitator, validAfter: BigInt(validAfter) };
    return chain.client.writeContract({
      address: x402UptoPermit2ProxyAddress,
      abi: [...x402UptoPermit2ProxyABI, ...permit2Abi],
      functionName: "settle",
      args: [toPermit(authorization), amount, payer.address, witness, signature],
      account: sender,
    });
  };
  return { authorization, settle };
}

async function authorizationState(authorizer: Address, nonce: Hex): Promise<boolean> {
  const args = [authorizer, nonce] as const;
  return chain.client.readContract({ address: USDC, abi: usdcAbi, functionName: "authorizationState", args });
}
