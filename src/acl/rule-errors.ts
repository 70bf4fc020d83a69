import type { Bytes } from './bytes'

/** A reason why a server refuses a rule. */
export type RuleError =
  | 'unknown'
  | 'syntax'
  | 'full-then-sub'
  | 'after-all-keys'
  | 'after-all-channels'
  | 'no-such-password'
  | 'bad-hash'
  | 'first-arg-of-subcommand'
  | 'database-range'
  | 'no-such-role'

/** The servers' own words (ACLSetUserStringError). */
export const ruleErrorText: Readonly<Record<RuleError, Bytes>> = {
  unknown: 'Unknown command or category name in ACL',
  syntax: 'Syntax error',
  'full-then-sub':
    'Adding a subcommand of a command already fully added is not allowed. Remove the command to start. Example: -DEBUG +DEBUG|DIGEST',
  'after-all-keys':
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
  'after-all-channels':
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
  'no-such-password': 'The password you are trying to remove from the user does not exist',
  'bad-hash': 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
  'first-arg-of-subcommand': 'Allowing first-arg of a subcommand is not supported',
  'database-range': 'The provided database ID is out of range',
  'no-such-role': 'The specified ACL role does not exist',
}

/** Returns the error of ACL SETUSER or ACL SETROLE for a refused rule, without the `ERR`. */
export function ruleRefusal(command: 'SETUSER' | 'SETROLE', rule: Bytes, error: RuleError): Bytes {
  return `Error in ACL ${command} modifier '${cString(rule)}': ${ruleErrorText[error]}`
}

/** Returns the bytes before the first NUL, which are all that C's string functions see. */
export function cString(bytes: Bytes): Bytes {
  const nul = bytes.indexOf('\0')
  return nul < 0 ? bytes : bytes.slice(0, nul)
}
