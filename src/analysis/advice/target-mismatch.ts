import { onToken, type Advice } from './line'

/** Rules for a Sentinel on a data node. */
export const targetMismatch: Advice = {
  code: 'target-mismatch',
  severity: 'error',
  check: ({ tokens }) =>
    tokens
      .filter(({ text }) => /^\+sentinel(\||$)/i.test(text))
      .map((token) => onToken(token, 'SENTINEL exists on Sentinel processes only: a data server refuses the whole file for this rule.', 'A Sentinel logs in to data servers with +multi +slaveof +ping +exec +subscribe +publish +info and a few more.')),
}
