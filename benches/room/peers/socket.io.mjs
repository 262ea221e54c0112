// The peer `socket.io`, over WebSocket alone.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { obey, sample } from "./peer.mjs";

const http = createServer();
const server = new Server(http, { transports: ["websocket"] });
await new Promise((resolve) => http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, resolve));
const door = {
  port: http.address().port,
  path: "/socket.io/?EIO=4&transport=websocket",
  hello: "40",
  ready: "40{",
  fact: '42["fact"',
  before: 0,
  again: null,
};
const fact = JSON.parse(sample);
await obey(door, () => server.emit("fact", fact));
