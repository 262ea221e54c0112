/**
 * Uploading a document of a tender: tus 1.0 in parts of 8 MiB, with a checksum for each.
 *
 * Not for bids: these are sealed and go by `seal/upload.ts`. *Invariant*: the digest is the server's over what it has, so
 * the act that follows names exactly those bytes.
 */
import { sha256, toBase64, utf8 } from "@/acts/bytes";
import { Problem } from "@/problem";
import type { Document } from "@/protocol";
import { type LineAnswer, LineError, platformSend, type SendRequest } from "@/seal/transport";

const PART_BYTES = 8 * 1_048_576;
const ATTEMPTS = 4;

/** Uploads a file; the document to name in an act. Throws a `Problem`. */
export async function uploadDocument(file: File, onSent: (bytes: number) => void, send: SendRequest = platformSend()): Promise<Document> {
  const mediaType = file.type === "" ? "application/octet-stream" : file.type;
  const name = file.name.normalize("NFC");
  const metadata = { purpose: "document", name, media_type: mediaType };
  const created = await ask(send, "POST", "/api/uploads", {
    "Upload-Length": `${file.size}`,
    "Upload-Metadata": Object.entries(metadata).map(([key, value]) => `${key} ${toBase64(utf8(value))}`).join(","),
  });
  const location = created.header("Location");
  if (created.status !== 201 || location === null) throw refusal(created);
  const url = new URL(location, window.location.origin);
  if (url.origin !== window.location.origin) throw refusal(created);
  for (let at = 0, attempt = 1; ; ) {
    const part = new Uint8Array(await file.slice(at, at + PART_BYTES).arrayBuffer());
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": `${at}`, "Upload-Checksum": `sha256 ${toBase64(await sha256(part))}` };
    try {
      const answer = await ask(send, "PATCH", url.href, headers, part, (sent) => onSent(at + sent));
      if (answer.status !== 204) throw refusal(answer);
      at += part.length;
      const digest = /^sha256=([0-9a-f]{64})$/.exec(answer.header("Upload-Digest") ?? "")?.[1];
      if (at >= file.size) {
        if (digest === undefined) throw refusal(answer);
        return { len: file.size, media_type: mediaType, name, sha256: digest };
      }
    } catch (error) {
      if (!(error instanceof LineError) || attempt === ATTEMPTS) throw asProblemOfLine(error);
      attempt += 1;
      await new Promise((resume) => setTimeout(resume, 500 * attempt * (0.5 + Math.random() / 2)));
      // The line broke: what the server has decides where to go on.
      const head = await ask(send, "HEAD", url.href, {}).catch(() => undefined);
      at = Number(head?.header("Upload-Offset") ?? at);
    }
  }
}

function ask(
  send: SendRequest, method: "POST" | "HEAD" | "PATCH", url: string, headers: Readonly<Record<string, string>>,
  body?: Uint8Array<ArrayBuffer>, onSent?: (bytes: number) => void,
): Promise<LineAnswer> {
  const always = { "Tus-Resumable": "1.0.0", "X-Kaibiao-Csrf": "1" };
  return send({ method, url, headers: { ...always, ...headers }, ...(body && { body }), ...(onSent && { onSent }) });
}

function refusal({ status }: LineAnswer): Problem {
  return new Problem(status === 413 ? "too_large" : "upload_refused", status, { zh: "服务器没有接收这个文件", en: "The server did not accept the file" }, { status });
}

function asProblemOfLine(error: unknown): Error {
  if (!(error instanceof LineError)) return error instanceof Error ? error : new Error(String(error));
  return new Problem("offline", 0, { zh: "未能连接服务器", en: "The server could not be reached" });
}
