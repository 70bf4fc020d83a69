import type { Bytes } from '../../acl/bytes'
import { selectorText } from '../../analysis/user-line'

/** A user or a role as a line of ACL LIST shows it. */
export interface Listed {
  readonly of: 'user' | 'role'
  readonly name: Bytes
  /** As ACL SETUSER or ACL SETROLE takes them: the root's rules, and each selector as one rule. */
  readonly rules: readonly Bytes[]
}

/**
 * Parses a line of ACL LIST, which prints memory (ACLDescribeUser, ACLDescribeRole): nothing is quoted, and patterns may
 * contain quotes and parentheses. Only selectors have words that start with a parenthesis, so that each such word starts
 * one, which ends with the last word before the next. What a user's roles are called, which may end with a parenthesis, is the
 * last word. Returns null for another text.
 */
export function readListed(line: Bytes): Listed | null {
  const [keyword, name = '', ...words] = line.split(' ')
  if ((keyword !== 'user' && keyword !== 'role') || name === '') return null
  const roles = keyword === 'user' && words.at(-1)?.startsWith('role=') === true ? words.splice(-1) : []
  const rules: Bytes[] = []
  for (const part of partsOf(words)) {
    if (part[0]?.startsWith('(') !== true) {
      rules.push(...withPlainStar(part))
      continue
    }
    const last = part.findLastIndex((word) => word.endsWith(')'))
    if (last < 0) return null
    const selector = part.slice(0, last + 1).join(' ')
    const inside = selector.slice(1, -1).split(' ')
    rules.push(selectorText(withPlainStar(inside.filter((word) => word !== ''))), ...part.slice(last + 1))
  }
  return { of: keyword, name, rules: [...rules, ...roles].filter((rule) => rule !== '') }
}

/** Splits words into the root's rules and each selector with what follows it. */
function partsOf(words: readonly Bytes[]): Bytes[][] {
  const parts: Bytes[][] = []
  for (const word of words) {
    const part = parts.at(-1)
    if (part === undefined || word.startsWith('(')) parts.push([word])
    else part.push(word)
  }
  return parts
}

/** Distinguishes the pattern `*` among others (`%RW~*`), which servers print as `~*`, from the rule that replaces all. */
function withPlainStar(words: readonly Bytes[]): Bytes[] {
  const isAmongOthers = words.filter((word) => /^[~%]/.test(word)).length > 1
  return words.map((word) => (isAmongOthers && word === '~*' ? '%RW~*' : word))
}
