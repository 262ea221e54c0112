/** What is looked at, in English: name, against what, why not. */
import type { checksZh } from "./checks.zh";

/** By check, and by reason. */
export const checksEn: Readonly<Record<keyof typeof checksZh, string>> = {
  framing: "Bytes of the entry", payload: "Form of what was signed", place: "Order in the stream", stream: "Of this log and tender", key: "The person's key", body: "Detached body", nonce: "Number used once",
  seen: "Head that was seen", clock: "Time does not run back", heads: "Earlier heads are consistent", crc: "The file's own checksum", count: "Number of entries", keys_own: "Where the key is from", documents: "Digests of the documents", withheld: "Withheld entries", rules: "Version of the rules", public: "What everybody may know",
  "about.framing": "read strictly as an entry; not one byte more is accepted", "about.payload": "the signed text is canonical JSON with all its fields", "about.place": "numbered without a gap, places rising",
  "about.stream": "the entry names this file's log and tender", "about.key": "registered to this person before, in force, and the person held the role", "about.body": "the body's digest is the one that was signed",
  "about.nonce": "the same person has not used the number before", "about.seen": "the head that the signer had seen is in the file with its consistency proof", "about.clock": "not before the log's previous entry",
  "about.heads": "each is a beginning of the last one (RFC 9162)", "about.crc": "as the zip says", "about.count": "as the file says", "about.keys_own": "the log's key was given by you, from elsewhere",
  "about.documents": "the SHA-256 of each is its name", "about.withheld": "the public's bundle has their leaf hashes only", "about.rules": "accepted by rules that this program knows", "about.public": "of this tender, and everybody could hear each of its events",
  "why.sequence_gap": "numbers are missing here", "why.out_of_order": "out of order", "why.other_stream": "of another stream", "why.other_origin": "of another log",
  "why.unknown_key": "the register does not have this key", "why.other_person": "the key is registered to somebody else", "why.key_does_not_count": "the key did not count then (not yet, or revoked)", "why.role_not_held": "the person did not hold the role then",
  "why.nonce_reused": "the number was used before", "why.unknown_head": "the head it names is not in the file", "why.time_runs_back": "before the entry in front of it", "why.entries_missing_at_end": "fewer or more entries than announced",
  "why.system_act": "recorded by the platform by a published rule; nobody signs it", "why.no_entry": "the entry cannot be read", "why.public_bundle": "the public's bundle does not carry the whole register; it cannot be checked here",
  "why.still_running": "still being checked", "why.body_missing": "the body is not in the file", "why.body_mismatch": "the body is not the one that was signed", "why.reading_stopped": "nothing can be read from here on", "why.outcome_form": "the outcome is no readable text",
  "why.unknown_rules": "accepted by another version of the rules, of which this program cannot judge", "why.not_for_the_public": "this entry does not belong into the public's bundle",
};
