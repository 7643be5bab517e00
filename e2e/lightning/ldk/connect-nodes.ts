import * as ldk from "lightningdevkit";
import type { LdkNode } from "./ldk-node.ts";

/** A line between two nodes of this process: what one writes, the other reads at once. */
export function connectNodes(from: LdkNode, to: LdkNode): void {
  const near = createEnd(1n, (bytes) => to.peers.read_event(far, bytes));
  const far: ldk.SocketDescriptor = createEnd(2n, (bytes) => from.peers.read_event(near, bytes));
  const nowhere = ldk.Option_SocketAddressZ.constructor_none();
  to.peers.new_inbound_connection(far, nowhere);
  const hello = from.peers.new_outbound_connection(to.nodeId, near, nowhere);
  if (!(hello instanceof ldk.Result_CVec_u8ZPeerHandleErrorZ_OK)) throw new Error("LDK does not connect");
  to.peers.read_event(far, hello.res);
  from.kept.push(near);
  to.kept.push(far);
}

function createEnd(id: bigint, write: (bytes: Uint8Array) => unknown): ldk.SocketDescriptor {
  return ldk.SocketDescriptor.new_impl({
    send_data(bytes) {
      write(bytes);
      return bytes.length;
    },
    disconnect_socket: () => undefined,
    eq: (other) => other.hash() === id,
    hash: () => id,
  });
}
