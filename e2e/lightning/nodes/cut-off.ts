import { connect, createServer, type Socket } from "node:net";
import { findPort } from "./find-port.ts";

export type CutOff = Awaited<ReturnType<typeof cutOff>>;

/** A line of TCP to a node (`host:port`) which can be cut: `down` breaks what is open and refuses what comes, `up` mends it. */
export async function cutOff(target: string) {
  const { hostname: host, port: targetPort } = new URL(`tcp://${target}`);
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer((near) => {
    accepted += 1;
    const far = connect(Number(targetPort), host);
    join(near, far);
    join(far, near);
  });
  const join = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on("error", () => undefined);
    from.on("close", () => {
      open.delete(from);
      to.destroy();
    });
    from.pipe(to);
  };
  const port = await findPort();
  const up = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (server.listening) {
        resolve();
        return;
      }
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  await up();
  return {
    /** `host:port`, instead of the node's own. */
    socket: `127.0.0.1:${port}`,
    /** Connections that were accepted so far. */
    accepted: () => accepted,
    down,
    up,
    close: down,
  };
}
