/** A look at a file before it is taken in: the first and the last bytes only, however long it is. */

/** What a look found: `truncated` may be a broken download. */
export type PdfVerdict = "pdf" | "not_pdf" | "truncated" | "empty";

const START = "%PDF-";
const END = "%%EOF";
const LOOK_BYTES = 1024;

/** Whether a file begins and ends as a PDF does (ISO 32000-2, 7.5.2 and 7.5.5). */
export async function lookAtPdf(file: Blob): Promise<PdfVerdict> {
  if (file.size === 0) return "empty";
  const text = async (part: Blob) => new TextDecoder("latin1").decode(await part.arrayBuffer());
  // Readers accept the mark within the first kilobyte, since some writers put bytes before it.
  if (!(await text(file.slice(0, LOOK_BYTES))).includes(START)) return "not_pdf";
  const end = await text(file.slice(Math.max(0, file.size - LOOK_BYTES)));
  return end.includes(END) ? "pdf" : "truncated";
}
