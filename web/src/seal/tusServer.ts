/**
 * A tus 1.0 server for the tests: creation and checksum, over HTTP, with faults on demand.
 *
 * Not the server of Kaibiao. *Invariant*: it stores a part only at the offset it has, and only if its checksum fits.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, type Socket } from "node:net";

import { type Bytes, concat } from "../acts/bytes";

/** What a fault does to a request: answers with a status, cuts the connection, or keeps only so many bytes and then cuts it. */
export type Fault = { readonly status: number; readonly retryAfter?: string } | "cut" | { readonly keep: number };

interface StoredUpload {
  readonly length: number;
  readonly metadata: string;
  bytes: Bytes;
}

/** The server; every request is offered to [`TusServer.fault`] first. */
export class TusServer {
  /** Uploads by their number. */
  readonly uploads = new Map<string, StoredUpload>();
  /** `METHOD offset` of every request, in order. */
  readonly requests: string[] = [];
  /** Headers of every request. */
  readonly headers: IncomingMessage["headers"][] = [];
  /** Decides which request fails and how. */
  fault: (method: string, requestNumber: number) => Fault | undefined = () => undefined;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor() {
    this.server = createServer((request, answer) => void this.serve(request, answer));
    this.server.on("connection", (socket) => this.sockets.add(socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/uploads`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const method = request.method ?? "";
    this.requests.push(`${method} ${request.headers["upload-offset"] ?? ""}`.trim());
    this.headers.push(request.headers);
    const fault = this.fault(method, this.requests.length);
    const body = await bodyOf(request);
    if (fault === "cut") {
      // What was asked for is done; only the answer is lost.
      if (method === "POST") this.create(request);
      return void request.socket.destroy();
    }
    if (fault !== undefined && "status" in fault) {
      if (fault.retryAfter !== undefined) answer.setHeader("Retry-After", fault.retryAfter);
      return void answer.writeHead(fault.status).end();
    }
    const upload = this.uploads.get(request.url?.split("/").at(-1) ?? "");
    if (method === "POST") {
      const { id, isNew } = this.create(request);
      return void answer.writeHead(isNew ? 201 : 409, { Location: `/api/uploads/${id}` }).end();
    }
    if (upload === undefined) return void answer.writeHead(404).end();
    if (method === "HEAD") {
      return void answer.writeHead(200, { "Upload-Offset": upload.bytes.length, "Upload-Length": upload.length }).end();
    }
    if (Number(request.headers["upload-offset"]) !== upload.bytes.length) return void answer.writeHead(409).end();
    const kept = fault === undefined ? body : body.slice(0, fault.keep);
    const checksum = `sha256 ${createHash("sha256").update(body).digest("base64")}`;
    if (request.headers["upload-checksum"] !== checksum) return void answer.writeHead(460).end();
    upload.bytes = concat(upload.bytes, kept);
    if (fault !== undefined) return void request.socket.destroy();
    answer.writeHead(204, { "Upload-Offset": upload.bytes.length }).end();
  }

  private create(request: IncomingMessage): { readonly id: string; readonly isNew: boolean } {
    const metadata = `${request.headers["upload-metadata"]}`;
    for (const [id, upload] of this.uploads) if (upload.metadata === metadata) return { id, isNew: false };
    const id = `${this.uploads.size + 1}`;
    this.uploads.set(id, { length: Number(request.headers["upload-length"]), metadata, bytes: new Uint8Array(0) });
    return { id, isNew: true };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return concat(...chunks);
}
