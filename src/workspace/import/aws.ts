import { addAccessString } from './access-string'
import type { ImportCollector } from './collect'
import { fromText } from '../../acl/bytes'

/**
 * Reads `aws elasticache create-user` and `aws memorydb create-user`. Returns false for another command. What it does not
 * read for certain (modify-user, which names no user, and input from files) is noted.
 */
export function readAws(words: readonly string[], into: ImportCollector): boolean {
  const at = words.findIndex(
    (word, i) => /^(?:elasticache|memorydb)$/.test(word) && /^(?:create|modify|update)-user$/.test(words[i + 1] ?? ''),
  )
  if (at < 0) return false
  const [service = '', action = ''] = words.slice(at)
  const options = optionsOf(words.slice(at + 2))
  const name = options.get('--user-name')?.[0]
  const accessString = options.get('--access-string')?.[0]
  const command = `aws ${service} ${action}`
  if (name === undefined || accessString === undefined || action === 'modify-user')
    into.note(
      'lost',
      name === undefined ? null : fromText(name),
      `${command} was not read: ${
        name === undefined
          ? 'it does not name the user (--user-name)'
          : accessString === undefined
            ? 'it has no --access-string'
            : 'it changes a user that is not in this text'
      }.`,
    )
  else {
    const { type, passwords } = authentication(options)
    const rules =
      type === 'no-password' || options.has('--no-password-required') ? `nopass ${accessString}` : accessString
    addAccessString(name, rules, into, passwords, type === 'iam')
    if (type === 'iam') into.note('info', fromText(name), 'This user logs in with IAM, and has no password of its own.')
  }
  return true
}

/** Returns the options of a command with their values: `--name value value` and `--name=value`. */
function optionsOf(words: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>()
  let values: string[] = []
  for (const word of words) {
    const [, name, value] = /^(--[a-z][a-z-]*)(?:=([^]*))?$/.exec(word) ?? []
    if (name === undefined) values.push(word)
    else options.set(name, (values = value === undefined ? [] : [value]))
  }
  return options
}

interface Authentication {
  readonly type: 'password' | 'no-password' | 'iam' | null
  readonly passwords: readonly string[]
}

/** Reads `--passwords` and `--authentication-mode`: `Type=password,Passwords=a,b` or JSON. */
function authentication(options: ReadonlyMap<string, readonly string[]>): Authentication {
  const mode = options.get('--authentication-mode')?.join(',') ?? ''
  const named = /\bType"?\s*[=:]\s*"?(iam|no-password|password)/i.exec(mode)?.[1]?.toLowerCase()
  const list = /\bPasswords"?\s*[=:]\s*(?:\[([^\]]*)\]|([^{}]*))/i.exec(mode)
  const given = (list?.[1] ?? list?.[2] ?? '')
    .split(',')
    .map((word) => word.trim().replace(/^(["'])(.*)\1$/s, '$2'))
    .filter((word) => word !== '' && !/^Type=/i.test(word))
  return {
    type: named === 'iam' || named === 'no-password' || named === 'password' ? named : null,
    passwords: [...(options.get('--passwords') ?? []), ...given],
  }
}
