import { toText } from '../../acl/bytes'
import type { Span } from '../../acl/decision'
import type { LineKind } from '../../analysis/rename-user'
import { typedWords } from '../state/words'

/** A line that defines a user or a role. */
export interface UserLine {
  readonly kind: LineKind
  readonly name: string
  /** The name in its file. */
  readonly span: Span
}

interface Texts {
  readonly acl: string
  readonly conf: string
}

/** Returns the lines of a file that define a user or a role, in order. Names are as the server reads them. */
export function* userLines(text: string, source: 'users.acl' | 'redis.conf'): Generator<UserLine> {
  let line = 1
  let last = 0
  for (const match of text.matchAll(/^([ \t]*(user|role)[ \t]+)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s]+)/gim)) {
    for (let at = text.indexOf('\n', last); at !== -1 && at < match.index; at = text.indexOf('\n', at + 1)) {
      line++
      last = at + 1
    }
    const [, start = '', keyword = '', word = ''] = match
    const kind = keyword.toLowerCase() === 'role' ? 'role' : 'user'
    const from = match.index + start.length
    const quoted = source === 'redis.conf' && /^["']/.test(word)
    const name = quoted ? toText(typedWords(word)?.[0]?.text ?? '') : word
    yield { kind, name, span: { source, line, from, to: from + word.length } }
  }
}

/**
 * Returns the lines of users and roles whose name contains what was typed, those that begin with it first.
 * @param query may begin with "go to user" or "go to role"
 * @param most the maximum number of results
 */
export function usersNamed(files: Texts, query: string, most: number): readonly UserLine[] {
  const wanted = query
    .replace(/^\s*(?:go to (?:user|role)(?:\s|$)|(?:go to )?(?:(?:user|role) )?)/i, '')
    .trim()
    .toLowerCase()
  if (wanted === '') return []
  const starting: UserLine[] = []
  const containing: UserLine[] = []
  for (const [text, source] of [
    [files.acl, 'users.acl'],
    [files.conf, 'redis.conf'],
  ] as const)
    for (const user of userLines(text, source)) {
      const at = user.name.toLowerCase().indexOf(wanted)
      if (at === 0) starting.push(user)
      else if (at > 0 && containing.length < most) containing.push(user)
      if (starting.length === most) return starting
    }
  return [...starting, ...containing].slice(0, most)
}
