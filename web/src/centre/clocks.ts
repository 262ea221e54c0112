/** Whose clocks the centre's times are held against, and what happened to the clock of its own signer. */
import type { Centre } from "@/wire";

/** A key under a name. */
export interface NamedKey {
  readonly name: string;
  readonly key: string;
  /** The digits by which it is known. */
  readonly short: string;
}

/** The keepers of the signer's clock: name and digits stand in their verifier keys. */
export function keepersOf({ keepers = [] }: Pick<Centre, "keepers">): readonly NamedKey[] {
  return keepers.map((key) => {
    const [name = key, short = ""] = key.split("+");
    return { name, key, short };
  });
}

/** A step in seconds, with its sign. */
export function stepText(stepMs: number): string {
  return `${stepMs > 0 ? "+" : "−"}${(Math.abs(stepMs) / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} s`;
}
