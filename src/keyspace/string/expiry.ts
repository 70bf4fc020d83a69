import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { bigintArgument, fail } from '../arguments'

const INT64_MAX = 9223372036854775807n

/** Returns the server's error for an invalid expire time. It quotes the command from 7.0. */
export function invalidExpireTime(command: string, behaviours: Behaviours): string {
  return `ERR invalid expire time in ${behaviours.quotesCommandNames ? `'${command}' command` : command}`
}

/**
 * Converts an expire time that must be positive (SET EX, GETEX, SETEX, …) to Unix milliseconds.
 * `base` is the current time for a relative time, else 0. Fails with the server's error for `command`.
 */
export function expiryArgument(
  bytes: Bytes,
  unit: 's' | 'ms',
  base: number,
  command: string,
  behaviours: Behaviours,
): number {
  let ms = bigintArgument(bytes)
  const invalid = () => fail(invalidExpireTime(command, behaviours))
  if (ms <= 0n) invalid()
  if (unit === 's') {
    if (ms > INT64_MAX / 1000n) invalid()
    ms *= 1000n
  }
  if (ms > INT64_MAX - BigInt(base)) invalid()
  return Number(ms + BigInt(base))
}

/** The expiry options of SET, GETEX and MSETEX. */
export interface ExpiryOption {
  readonly argument: Bytes
  readonly unit: 's' | 'ms'
  readonly absolute: boolean
}

export const expiryKeywords: ReadonlyMap<string, { readonly unit: 's' | 'ms'; readonly absolute: boolean }> = new Map([
  ['ex', { unit: 's', absolute: false }],
  ['px', { unit: 'ms', absolute: false }],
  ['exat', { unit: 's', absolute: true }],
  ['pxat', { unit: 'ms', absolute: true }],
])

/** Converts an expiry option to Unix milliseconds. Otherwise like expiryArgument. */
export function resolveExpiry(option: ExpiryOption, now: number, command: string, behaviours: Behaviours): number {
  return expiryArgument(option.argument, option.unit, option.absolute ? 0 : now, command, behaviours)
}
