// What follows from an award, as events set it (docs/log.md, 8.3).

/** Whether a lot is really over: failed, or its contract signed and its award reported. */
export const isSettled = ({ stage, isReported }) => stage === 'failed' || (stage === 'contracted' && isReported)

/** The candidates that have not fallen, best first. */
export const standingCandidates = ({ candidates, fallen }) => candidates.map(({ result }) => result.bid).filter((bid) => !fallen.includes(bid))

/** What follows from an award, before anything has followed. */
export const newAfter = () => ({ isReported: false, reportBy: null, signBy: null, contract: null })

/** What these events set in a lot; of a return to the panel the review is begun anew by `lot.mjs`. */
export const APPLY_CONTRACT = {
  report_due: (lot, { until }) => Object.assign(lot, { reportBy: until }),
  award_reported: (lot) => Object.assign(lot, { isReported: true }),
  contract_due: (lot, { until }) => Object.assign(lot, { signBy: until }),
  winner_fallen: (lot, { bid }) => Object.assign(lot, newAfter(), { stage: 'candidates', awarded: null, fallen: [...lot.fallen, bid] }),
  contract_signed: (lot, { contract_sha256: digest }) => {
    lot.contract ??= { digest, amendments: [], performed: 0 }
  },
  contract_concluded: (lot) => Object.assign(lot, { stage: 'contracted' }),
  amendment_signed: ({ contract }, { amendment_sha256: digest, number, role, text }) => {
    if (!contract) return
    if (number > contract.amendments.length) contract.amendments.push({ digest, text, signed: [] })
    contract.amendments.at(-1)?.signed.push(role)
  },
  performance_recorded: ({ contract }) => {
    if (contract) contract.performed += 1
  },
}
