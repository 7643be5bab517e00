/** Makes a macaroon that can make and read invoices, and see whether the node can receive; nothing else. */
export const bakeLine = "lncli bakemacaroon invoices:read invoices:write uri:/lnrpc.Lightning/ChannelBalance";
