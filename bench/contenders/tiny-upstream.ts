/** A tiny JSON answer from a bare socket: the upstream must never be the slowest part. */
import { createServer } from "node:net";
import { serve } from "./ready.ts";

const body = '{"city":"Lisbon","temperature_c":21.4,"wind_kmh":12,"sky":"clear"}';
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`,
);
const end = Buffer.from("\r\n\r\n");

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    // Only requests without a body get here, so each blank line ends one.
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let at = data.indexOf(end); at !== -1; at = data.indexOf(end)) {
      socket.write(answer);
      data = data.subarray(at + end.length);
    }
    rest = data;
  });
  socket.on("error", () => socket.destroy());
});
serve(server);
