import { AclLines, aclWords, trimRule } from '../../acl/aclfile'
import type { Bytes } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'

/** A `user` or `role` line of users.acl, with its rules, a whole selector being one. */
export interface RuleLine {
  readonly of: 'user' | 'role'
  readonly name: Bytes
  readonly rules: readonly Bytes[]
  /** The places of the line and of the next one. */
  readonly start: number
  readonly next: number
  /** The places of the first word, of the end of the name, and of the end of the rules. */
  readonly from: number
  readonly rulesFrom: number
  readonly to: number
}

/** Returns the lines of a file that a server with selectors accepts. */
export function ruleLines(content: Bytes): readonly RuleLine[] {
  const found: RuleLine[] = []
  const lines = new AclLines(content)
  while (lines.next()) {
    const { start, from, to } = lines
    const [keyword, name, ...rest] = aclWords(content, from, to)
    const of = keyword?.text
    if (name === undefined || (of !== 'user' && of !== 'role')) continue
    const merged = mergeSelectors(rest.map(({ text }) => text))
    if (typeof merged === 'number') continue
    const rules = merged.map(({ text }) => trimRule(text)).filter((text) => text !== '')
    const end = content.indexOf('\n', to)
    const next = end < 0 ? content.length : end + 1
    found.push({ of, name: name.text, rules, start, next, from, rulesFrom: name.to, to })
  }
  return found
}
