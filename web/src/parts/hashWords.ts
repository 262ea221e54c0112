/** Words about digests and keys; loaded with the first of them that is shown. */
import { catalogue } from "@/i18n";

/** Looks up a word about digests and keys. */
export const hashWord = catalogue({
  zh: {
    "hash.copy": "复制",
    "hash.copied": "已复制",
    "hash.what": "这是什么",
    "hash.digest": "这是文件或记录的 SHA-256 摘要：内容只要改动一个字节，摘要就完全不同。可以用任何工具重新计算并比对。",
    "hash.key": "这是一把公钥。凡用它核对无误的签名，必由对应的私钥作出。",
    "hash.root": "这是日志树的根：它一次承诺了日志中的全部条目，任何改动、删除、换序都会使它改变。",
  },
  en: {
    "hash.copy": "Copy",
    "hash.copied": "Copied",
    "hash.what": "What is this",
    "hash.digest": "The SHA-256 digest of a file or record: if one byte of the content changes, the digest is quite another. Any tool can compute it again for comparison.",
    "hash.key": "A public key. A signature that is good under it was made with the private key that belongs to it.",
    "hash.root": "The root of the log's tree: it commits to all entries at once; any change, omission or reordering changes it.",
  },
});
