import net from "node:net";

/** Sends bytes as they are over a fresh socket and collects what comes back until the peer closes, or the time is up. */
export function sendRaw(
  port: number,
  data: string,
  waitMs = 150,
): Promise<{ readonly text: string; readonly closed: boolean }> {
  return new Promise((resolve) => {
    let text = "";
    const socket = net.connect(port, "127.0.0.1", () => socket.write(Buffer.from(data, "latin1")));
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    const timer = setTimeout(() => finish(false), waitMs);
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => finish(true));
  });
}

/** A raw server on loopback that treats each connection as told; for what `node:http` would never send. */
export function rawServer(onConnection: (socket: net.Socket) => void): net.Server {
  return net.createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
}
