// The peer `ws`: one prepared message, sent to one client after another.
import { WebSocketServer } from "ws";
import { FACT, obey, sample } from "./peer.mjs";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096 });
await new Promise((resolve) => server.once("listening", resolve));
const bytes = Buffer.from(sample);
const door = { port: server.address().port, path: "/", hello: null, ready: null, fact: FACT, before: 0, again: null };
await obey(door, () => {
  for (const client of server.clients) client.send(bytes, { binary: false });
});
