/**
 * The register of people as a bundle's centre stream tells it: whose key counts at which place of the log, who has which name.
 *
 * The display's own fold of it (`src/centre` decides). *Invariant*: it is asked only after every earlier entry was folded.
 */
import type { KeyRecord, PersonId, Role } from "@/protocol";
import { type Bytes, fromBase64 } from "@/acts/bytes";
import type { CentreEvent } from "@/protocol";

interface KnownKey {
  readonly key: KeyRecord;
  readonly spki: Bytes | undefined;
  readonly status: "active" | "pending" | "revoked";
  readonly validFrom: number;
}

/** What a key is good for, or why it is not. */
export type KeyFinding = { readonly spki: Bytes; readonly refusal: string | undefined } | { readonly spki: undefined; readonly refusal: string };

/** Keys and roles. */
export class Register {
  private readonly keys = new Map<string, KnownKey>();
  private readonly roles = new Map<PersonId, readonly Role[]>();

  /** Takes what an entry of the centre led to. */
  take(event: CentreEvent, atMs: number): void {
    switch (event.kind) {
      case "person_registered":
      case "roles_granted":
        this.roles.set(event.person, event.roles);
        return;
      case "key_certified":
      case "replacement_requested":
        this.keys.set(event.key_id, {
          key: event.key, spki: fromBase64(event.key.spki), status: event.kind === "key_certified" ? "active" : "pending", validFrom: atMs,
        });
        return;
      case "replacement_approved":
        this.change(event.key_id, { status: "active", validFrom: event.valid_from });
        return;
      case "key_revoked":
        this.change(event.key_id, { status: "revoked" });
    }
  }

  /** The key that signed, for this person in this role, at this moment. */
  find(keyId: string, person: PersonId, role: string, atMs: number): KeyFinding {
    const known = this.keys.get(keyId);
    if (!known?.spki) return { spki: undefined, refusal: "unknown_key" };
    const { spki } = known;
    if (known.key.person !== person) return { spki, refusal: "other_person" };
    if (known.status !== "active" || atMs < known.validFrom) return { spki, refusal: "key_does_not_count" };
    const isHeld = this.roles.get(person)?.some((held) => held === role) ?? false;
    return { spki, refusal: isHeld ? undefined : "role_not_held" };
  }

  private change(keyId: string, changes: Partial<KnownKey>): void {
    const known = this.keys.get(keyId);
    if (known) this.keys.set(keyId, { ...known, ...changes });
  }
}
