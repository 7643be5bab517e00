import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { stopChild } from "../lib/contender.ts";
import type { Contender } from "../lib/contender.ts";
import { findProgram } from "../lib/machine.ts";

/** nginx as a plain keep-alive proxy, one worker. `undefined` where it is not installed. */
export async function startNginx(tinyPort: number, streamPort: number): Promise<Contender | undefined> {
  const program = findProgram("nginx");
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "bench-nginx-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configuration(folder, port, tinyPort, streamPort));
  const child = spawn(program, ["-c", file, "-p", folder, "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  try {
    await waitForPort(port);
  } catch (error) {
    await stopChild(child);
    clean();
    throw error;
  }
  const stop = async () => {
    await stopChild(child);
    clean();
  };
  return { name: "nginx", port, pid: child.pid ?? 0, info: {}, stop };
}

function configuration(folder: string, port: number, tinyPort: number, streamPort: number): string {
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off; ${user} worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; tcp_nodelay on; keepalive_requests 100000000; keepalive_timeout 600s;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  upstream tiny { server 127.0.0.1:${tinyPort}; keepalive 512; keepalive_requests 100000000; }
  upstream stream { server 127.0.0.1:${streamPort}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 600s;
    location / { proxy_pass http://tiny; }
    location /sse { proxy_pass http://stream; proxy_buffering off; }
    location /files/ { proxy_pass http://stream; }
  }
}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function waitForPort(port: number): Promise<void> {
  for (const deadline = Date.now() + 5000; ;) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    if (Date.now() > deadline) throw new Error("nginx did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
