import { AclLines, aclWords, rulesOfLine } from '../../../acl/aclfile'
import type { Bytes } from '../../../acl/bytes'
import type { Rule } from '../../../acl/decision'
import { isResetOf, parseRule } from '../../../acl/rule'
import { SourceText } from '../../../acl/source'
import { splitWords } from '../../../acl/split'
import type { Target } from '../../../targets/target'
import type { Edit } from '../../diagnostic'

/** A user's line in an ACL file. */
export interface UserLine {
  /** From 1; null for a user that the server has without a line (default). */
  readonly line: number | null
  /** The end of the user's name, in UTF-16 units. */
  readonly nameEnd: number
  /** A whole selector is one rule. */
  readonly rules: readonly Rule[]
}

/** Returns the lines of an ACL file by user: of several for one user, the last, which is the effective one on Redis 6. */
export function userLines(content: Bytes, target: Target): ReadonlyMap<Bytes, UserLine> {
  const source = new SourceText('users.acl', content)
  const lines = new Map<Bytes, UserLine>()
  const all = new AclLines(content)
  while (all.next()) {
    const { number, from, to } = all
    const words = aclWords(content, from, to)
    const [keyword, name] = words
    if (keyword?.text !== 'user' || name === undefined) continue
    const { rules } = rulesOfLine(source, number, words, target.behaviours.hasSelectors)
    const written = rules.filter(({ text }) => text !== '')
    const nameEnd = source.span(number, name.from, name.to).to
    lines.set(name.text, { line: number, nameEnd, rules: written })
  }
  return lines
}

/** A change of one selector's rules, by the place of a rule in it. */
export type Change =
  | { readonly kind: 'replace'; readonly at: number; readonly by: readonly Bytes[] }
  | { readonly kind: 'append'; readonly rules: readonly Bytes[] }

/** The rules of a selector, and their places: in the user's rules for the root permissions, else in the selector's own. */
export interface Scope {
  readonly rules: readonly Bytes[]
  readonly places: readonly number[]
}

/** Returns the rules that make a selector (0 is the root) from all rules of a user; null where they cannot be edited. */
export function scopeOf(rules: readonly Bytes[], selector: number): Scope | null {
  if (selector === 0) {
    const start = lastReset(rules)
    const places = rules.flatMap((text, i) => (i > start && parseRule(text).kind !== 'selector' ? [i] : []))
    return { rules: places.map((i) => rules[i] ?? ''), places }
  }
  const at = placeOf(rules, selector)
  const parsed = at === null ? null : parseRule(rules[at] ?? '')
  if (parsed?.kind !== 'selector') return null
  const words = splitWords(parsed.inside)
  // Quotes would have to be written again.
  if (words === null || words.some(({ text, from, to }) => text.length !== to - from)) return null
  return { rules: words.map(({ text }) => text), places: words.map((_, i) => i) }
}

/** Returns the rules of a user after a change of one of its selectors; null where that cannot be written. */
export function changed(rules: readonly Bytes[], selector: number, change: Change): Bytes[] | null {
  const scope = scopeOf(rules, selector)
  if (scope === null) return null
  if (selector === 0) {
    if (change.kind === 'append') return spliced(rules, (scope.places.at(-1) ?? lastReset(rules)) + 1, 0, change.rules)
    const place = scope.places[change.at]
    return place === undefined ? null : spliced(rules, place, 1, change.by)
  }
  const at = placeOf(rules, selector)
  if (at === null) return null
  const inside =
    change.kind === 'append' ? [...scope.rules, ...change.rules] : spliced(scope.rules, change.at, 1, change.by)
  return spliced(rules, at, 1, inside.length === 0 ? [] : [`(${inside.join(' ')})`])
}

function spliced(rules: readonly Bytes[], at: number, remove: number, insert: readonly Bytes[]): Bytes[] {
  return [...rules.slice(0, at), ...insert, ...rules.slice(at + remove)]
}

const lastReset = (rules: readonly Bytes[]): number => rules.findLastIndex((text) => isResetOf(parseRule(text), 'user'))

/** Returns the place of the rule that makes a selector. */
function placeOf(rules: readonly Bytes[], selector: number): number | null {
  const start = rules.findLastIndex((text) => {
    const rule = parseRule(text)
    return isResetOf(rule, 'user') || isResetOf(rule, 'selectors')
  })
  const places = rules.flatMap((text, i) => (i > start && parseRule(text).kind === 'selector' ? [i] : []))
  return places[selector - 1] ?? null
}

/** Rules that are removed from and added to a line, and the edits of the text that do so. */
export interface LineChange {
  readonly removed: readonly Bytes[]
  readonly added: readonly Bytes[]
  readonly edits: readonly Edit[]
}

/** The most rules of a line, before times after, that are compared. */
const MAX_PAIRS = 1_000_000

/**
 * Returns the edits that turn the rules of a line into others, each as small as possible, so that rules in between,
 * passwords among them, are not repeated; null for lines of very many rules.
 * @param toText decodes rules
 */
export function changeOf(
  { rules, nameEnd }: UserLine,
  after: readonly Bytes[],
  toText: (bytes: Bytes) => string,
): LineChange | null {
  const texts = rules.map(({ text }) => text)
  if (texts.length * after.length > MAX_PAIRS) return null
  const edits: Edit[] = []
  const removed: Bytes[] = []
  const added: Bytes[] = []
  for (const { from, to, by } of differences(texts, after)) {
    removed.push(...texts.slice(from, to))
    added.push(...by)
    const insert = by.map(toText).join(' ')
    const end = from === 0 ? nameEnd : (rules[from - 1]?.span?.to ?? nameEnd)
    const first = rules[from]?.span
    const last = rules[to - 1]?.span
    if (from === to) edits.push({ from: end, to: end, insert: ` ${insert}` })
    else if (insert === '') edits.push({ from: end, to: last?.to ?? end, insert: '' })
    else edits.push({ from: first?.from ?? end, to: last?.to ?? end, insert })
  }
  return { removed, added, edits }
}

interface Difference {
  /** The range of the old list that is replaced. */
  readonly from: number
  readonly to: number
  readonly by: readonly Bytes[]
}

/** Returns the differences of two lists by their longest common subsequence. */
function differences(before: readonly Bytes[], after: readonly Bytes[]): Difference[] {
  const width = after.length + 1
  const common = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i * width + j] =
        before[i] === after[j]
          ? 1 + (common[(i + 1) * width + j + 1] ?? 0)
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
  const found: Difference[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      i++
      j++
      continue
    }
    const start = i
    const by: Bytes[] = []
    while (i < before.length || j < after.length) {
      if (i < before.length && j < after.length && before[i] === after[j]) break
      const skip = i < before.length ? (common[(i + 1) * width + j] ?? 0) : -1
      const take = j < after.length ? (common[i * width + j + 1] ?? 0) : -1
      if (skip >= take) i++
      else by.push(after[j++] ?? '')
    }
    found.push({ from: start, to: i, by })
  }
  return found
}
