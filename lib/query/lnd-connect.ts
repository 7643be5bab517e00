/** What `lndconnect://` strings say, in the parts that would be pasted one by one. */
export interface LndConnectParts {
  /** `host:port` */
  readonly address: string;
  /** Base64url of the DER; empty where a public authority signed it. */
  readonly certificate: string;
  /** Base64url. */
  readonly macaroon: string;
}

/** `lndconnect://host:port?cert=…&macaroon=…`; `undefined` for any other text. */
export function readLndConnect(pasted: string): LndConnectParts | undefined {
  const [, address, query = ""] = /^\s*lndconnect:\/\/([^/?#]*)\/?(?:\?(\S*))?\s*$/i.exec(pasted) ?? [];
  if (address === undefined) return undefined;
  const params = new URLSearchParams(query);
  return { address, certificate: params.get("cert") ?? "", macaroon: params.get("macaroon") ?? "" };
}
