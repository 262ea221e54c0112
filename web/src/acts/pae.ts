/**
 * The DSSE pre-authentication encoding: what a signature on an act is made over (docs/formats.md 2).
 *
 * *Invariant*: two different (type, payload) pairs never have the same encoding, because both lengths are in it.
 */
import { type Bytes, concat, utf8 } from "./bytes";

/** The payload type of an act. */
const ACT_TYPE = "application/vnd.kaibiao.act+json";

/** `"DSSEv1 " || len(T) || " " || T || " " || len(payload) || " " || payload`, lengths in decimal. */
export function preAuthentication(payload: Uint8Array, type: string = ACT_TYPE): Bytes {
  const typeBytes = utf8(type);
  return concat(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${payload.length} `), payload);
}
