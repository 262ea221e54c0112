/**
 * A line that can be cut: bytes go to the platform and back until somebody cuts it.
 *
 * A browser's own "offline" leaves an open socket open and only withholds its frames; a broken line closes it.
 */
import { connect, createServer } from "node:net";

/** A line to the platform at `baseUrl`, with an address of its own. */
export async function openRelay(baseUrl) {
  const { hostname, port } = new URL(baseUrl);
  const relay = new Relay(hostname, Number(port));
  await new Promise((resolve) => relay.server.listen(0, "127.0.0.1", resolve));
  return relay;
}

class Relay {
  constructor(hostname, port) {
    this.isCut = false;
    this.sockets = new Set();
    this.server = createServer((near) => {
      if (this.isCut) return void near.destroy();
      const far = connect(port, hostname);
      for (const [one, other] of [[near, far], [far, near]]) {
        this.sockets.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  /** The platform's address by this line. */
  get baseUrl() {
    return `http://localhost:${this.server.address().port}`;
  }

  /** Breaks every connection, and every new one, until it is mended. */
  cut() {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Lets connections through again. */
  mend() {
    this.isCut = false;
  }

  /** Ends it. */
  async close() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
