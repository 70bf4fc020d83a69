import { fromText } from '../../acl/bytes'
import { logsIn } from '../../acl/rule'
import { type ImportCollector, rulesOf } from './collect'

/** Matches a heading such as `# user app`, but not the hash of a password. */
const heading = /^(?!#[0-9a-f]{64}\s*$)#\s*(?:user\s+)?(\S+)\s*$/

/**
 * Parses access strings (ElastiCache, MemoryDB): rules without a user name, which a comment line before them may give.
 * A user without `on` is off. Access strings contain no passwords.
 */
export function readAccessString(text: string, into: ImportCollector): void {
  let name: string | null = null
  let string: string[] = []
  let unnamed = 0
  const finish = (): void => {
    if (string.length === 0) return
    const called = name ?? (unnamed++ === 0 ? 'imported' : `imported-${unnamed}`)
    if (name === null)
      into.note('changed', fromText(called), 'An access string does not name its user. Give it its name.')
    addAccessString(called, string.join(' '), into)
    string = []
    name = null
  }
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const named = heading.exec(line)?.[1]
    if (named !== undefined || line.trim() === '') finish()
    if (named !== undefined) name = named
    else if (line.trim() !== '') string.push(line)
  }
  finish()
}

/**
 * Adds the user of an access string with the passwords that were given beside it. Without any, notes that nobody can
 * log in.
 */
export function addAccessString(
  name: string,
  string: string,
  into: ImportCollector,
  passwords: readonly string[] = [],
  isPasswordElsewhere = false,
): void {
  const rules = [
    ...rulesOf(fromText(string.trim().replace(/^(["'])([^"']*)\1$/, '$2'))),
    ...passwords.map((password) => `>${fromText(password)}`),
  ]
  into.user(fromText(name), rules)
  if (!isPasswordElsewhere && !rules.some(logsIn))
    into.note('info', fromText(name), 'An access string holds no passwords: give the user one, or nobody can log in.')
}
