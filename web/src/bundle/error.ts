/**
 * Why a file is no evidence bundle, or cannot be read further (docs/formats.md 11). What a bundle proves is another question.
 *
 * The codes are those of `src/replay/bundle/error.rs`.
 */
import type { Language, Words } from "@/i18n";

/** The stable names. */
export type BundleCode =
  | "bundle_io" | "bundle_zip" | "bundle_missing" | "bundle_misplaced" | "bundle_compressed" | "bundle_too_large" | "bundle_form"
  | "bundle_not_canonical" | "bundle_record";

/** Not a bundle, or not one to its end. */
export class BundleError extends Error {
  constructor(
    readonly code: BundleCode,
    /** The file inside, or the place, that it is about. */
    readonly about = "",
  ) {
    super(`${code}${about && `: ${about}`}`);
    this.name = "BundleError";
  }
}

const TEXTS: Readonly<Record<Language, Words<BundleCode>>> = {
  zh: {
    bundle_io: "读不到文件：{about}。它可能在打开之后被移走或改动，请重新选择。",
    bundle_zip: "这不是证据包：不是只含不压缩文件的 zip，或被截断、首尾多出字节（{about}）。请向提供者重新索取。",
    bundle_missing: "这不是证据包：缺少 {about}。",
    bundle_misplaced: "这不是证据包：{about} 不该在这个位置。",
    bundle_compressed: "证据包里的文件不压缩，而 {about} 被压缩了：这份文件被重新打包过，请用原件。",
    bundle_too_large: "{about} 超过证据包的上限。",
    bundle_form: "{about} 的格式不认识，可能由更新的版本写成。请用 kaibiao verify 核验。",
    bundle_not_canonical: "{about} 不是规范文本：这份文件被改动过，请用原件。",
    bundle_record: "从 {about} 起读不下去：此处的字节不是一条记录。之前的条目仍可回放。",
  },
  en: {
    bundle_io: "The file cannot be read: {about}. It may have been moved or changed since it was opened; choose it again.",
    bundle_zip: "Not an evidence bundle: no zip of stored files alone, or cut off, or with bytes before or behind it ({about}). Ask for it again where it came from.",
    bundle_missing: "Not an evidence bundle: {about} is missing.",
    bundle_misplaced: "Not an evidence bundle: {about} has no place there.",
    bundle_compressed: "Files of a bundle are never compressed, and {about} is: this one has been packed anew. Use the original.",
    bundle_too_large: "{about} is larger than a bundle's may be.",
    bundle_form: "{about} cannot be understood; a newer version may have written it. Check it with kaibiao verify.",
    bundle_not_canonical: "{about} is not canonical text: the file has been changed. Use the original.",
    bundle_record: "Nothing can be read from {about} on: these bytes are no record. What comes before can still be played.",
  },
};

/** The error in words, in both languages. */
export function bundleErrorTexts({ code, about }: Pick<BundleError, "code" | "about">): Readonly<Record<Language, string>> {
  return { zh: TEXTS.zh[code].replace("{about}", about), en: TEXTS.en[code].replace("{about}", about) };
}
