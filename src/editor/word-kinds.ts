import { type PhraseKind, ruleKind } from '../analysis/phrase'

const namesOf: ReadonlySet<string> = new Set([
  'setuser',
  'getuser',
  'deluser',
  'dryrun',
  'setrole',
  'getrole',
  'delrole',
])

/**
 * Returns the kind of each word of a command line: the command's name, a user or role, a password or a rule; null for the
 * others. Keys and channels depend on the command, and are taken from a decision.
 * @param words as typed, with quotes
 * @param named the number of words at the start that name the command: two with a subcommand, none where it is unknown
 */
export function wordKinds(words: readonly string[], named: number): readonly (PhraseKind | null)[] {
  const name = words[0]?.toLowerCase()
  const sub = words[1]?.toLowerCase() ?? ''
  return words.map((text, at): PhraseKind | null => {
    if (at < named) return 'cmd'
    if (name === 'auth') return at === 0 ? null : words.length > 2 && at === 1 ? 'user' : 'pw'
    if (name === 'hello') {
      const before = (distance: number): boolean => words[at - distance]?.toLowerCase() === 'auth'
      return at > 1 && before(1) ? 'user' : at > 2 && before(2) ? 'pw' : null
    }
    if (name !== 'acl' || at < 2 || !namesOf.has(sub)) return null
    if (sub === 'dryrun' && at === 3) return 'cmd'
    return at === 2 || sub === 'deluser' || sub === 'delrole'
      ? 'user'
      : sub === 'setuser' || sub === 'setrole'
        ? ruleKind(text.replace(/^["'(]+/, ''))
        : null
  })
}
