import { type Bytes, fromText, lower, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { splitWords } from '../../acl/split'
import type { ImportCollector } from './collect'
import { withoutHoles } from './holes'

const setter = /^(?:set|del)(?:user|role)$/i

/** Returns true for a line that contains ACL SETUSER or ACL DELUSER, or the same for roles. */
export function hasSetUser(line: string): boolean {
  return /\bacl["']?\s+["']?(?:set|del)(?:user|role)\b/i.test(line)
}

/** Returns the index of the word ACL before SETUSER, DELUSER, SETROLE or DELROLE; -1 where there is none. */
export function indexOfSetUser(words: readonly string[]): number {
  return words.findIndex((word, i) => lower(word) === 'acl' && setter.test(words[i + 1] ?? ''))
}

/** Reads a line typed into redis-cli. */
export function readTyped(line: string, into: ImportCollector): void {
  const words = splitWords(fromText(line))
  if (words === null)
    into.note('lost', null, `A quote is not closed, so redis-cli does not send this line: ${shortened(line)}`)
  else
    readSetUserWords(
      words.map(({ text }) => text),
      into,
    )
}

/**
 * Reads the words of ACL SETUSER, DELUSER, SETROLE or DELROLE. Rules add to those of earlier ones for the same user, as
 * on a server.
 */
export function readSetUserWords(argv: readonly Bytes[], into: ImportCollector): void {
  const [, command = '', name, ...rest] = argv
  const isOfRole = /role$/i.test(command)
  if (/^del/i.test(command)) {
    for (const one of name === undefined ? [] : [name, ...rest]) {
      if (isOfRole) into.removeRole(one)
      else into.remove(one)
    }
    return
  }
  if (name === undefined) return
  const merged = mergeSelectors(rest)
  if (typeof merged === 'number')
    into.note(
      'lost',
      isOfRole ? null : name,
      'A parenthesis is not closed, so a server refuses this line and none of it was read.',
    )
  else {
    const rules = merged.map((rule) => rule.text)
    if (isOfRole) into.changeRole(name, rules)
    else into.change(name, rules)
  }
}

/** Shortens a line for a note. */
export const shortened = (line: string): string => {
  const text = withoutHoles(line.trim())
  return toText(fromText(text.length > 60 ? `${text.slice(0, 59)}…` : text))
}
