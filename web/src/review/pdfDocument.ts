/**
 * Documents in the page by pdf.js: worker, character maps and fonts come from this platform, nothing from elsewhere.
 *
 * Loaded with the first document. *Invariant*: no script of a document runs, and only the parts that are looked at are fetched.
 */
import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist";
import workerAddress from "pdfjs-dist/build/pdf.worker.min.mjs?url";

export type { PDFDocumentProxy, PDFPageProxy };

GlobalWorkerOptions.workerSrc = workerAddress;

const CMAPS = import.meta.glob<string>("/node_modules/pdfjs-dist/cmaps/*.bcmap", { query: "?url&no-inline", import: "default", eager: true });
const FONTS = import.meta.glob<string>("/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", { query: "?url&no-inline", import: "default", eager: true });

/** Bytes of a range request. */
const RANGE_BYTES = 262_144;

/** Brings character maps and fonts by the names of this release's files. */
class OwnFiles {
  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const folder = kind === "cMapUrl" ? "cmaps" : "standard_fonts";
    const address = { ...CMAPS, ...FONTS }[`/node_modules/pdfjs-dist/${folder}/${filename}`];
    if (address === undefined) throw new Error(`no such file in this release: ${kind} ${filename}`);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${filename}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** Opens a document by ranges. */
export function openDocument(address: string): PDFDocumentLoadingTask {
  return getDocument({
    url: address, withCredentials: true, rangeChunkSize: RANGE_BYTES, disableAutoFetch: true, disableStream: true,
    // The policy of the page allows no evaluation and no wasm; both have plain ways.
    isEvalSupported: false, useWasm: false, useWorkerFetch: false, cMapPacked: true, BinaryDataFactory: OwnFiles,
  } as Parameters<typeof getDocument>[0]);
}
