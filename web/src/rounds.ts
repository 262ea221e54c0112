/** When drand's quicknet signs a round (docs/formats.md 3): for showing only; the sealing code has its own pinned network. */

const [GENESIS_S, PERIOD_S] = [1_692_803_367, 3] as const;

/** Unix milliseconds at which round `round` (from 1) is signed. */
export function roundMs(round: number): number {
  return (GENESIS_S + (round - 1) * PERIOD_S) * 1000;
}

/** Chain hash of the one network that envelopes can wait for. */
export const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
