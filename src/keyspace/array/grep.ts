import { lower, type Bytes } from '../../acl/bytes'
import { compileGlob } from '../../acl/glob'
import type { Reply } from '../../resp/reply'
import { fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { Handler } from '../context'
import { indexArgument } from './indices'
import { BACK_REFERENCE, compileRegex } from './regex'
import { ArrayValue } from './value'

const MOST_PREDICATES = 250
const LONGEST_REGEX = 2048
/** The most characters that one search compares, times the length of its regular expressions. */
const EFFORT = 50_000_000

const kinds = ['exact', 'match', 'glob', 're'] as const
type Kind = (typeof kinds)[number]

interface Plan {
  readonly predicates: { readonly kind: Kind; readonly pattern: Bytes }[]
  all: boolean
  withValues: boolean
  ignoresCase: boolean
  limit: number
}

/** ARGREP key start end predicate … [AND | OR] [LIMIT n] [WITHVALUES] [NOCASE]. */
export const argrep: Handler = ({ db }, args) => {
  for (const n of [2, 3]) if (!['-', '+'].includes(args.text(n))) indexArgument(args, n)
  const plan = planOf(args.rest(4))
  const tests = plan.predicates.map(({ kind, pattern }) => predicate(kind, pattern, plan.ignoresCase))
  const array = db.getOf(args.key(1), ArrayValue)
  if (!array) return []
  const bound = (n: number): bigint =>
    args.is(n, '-') ? 0n : args.is(n, '+') ? array.span - 1n : indexArgument(args, n)
  const found: Reply[] = []
  const cost = plan.predicates.reduce((sum, { kind, pattern }) => sum + (kind === 're' ? pattern.length : 1), 0)
  let effort = 0
  for (const index of array.between(bound(2), bound(3))) {
    if (found.length >= plan.limit) break
    const element = array.get(index) ?? ''
    effort += cost * (element.length + 1)
    if (effort > EFFORT) fail('ERR ARGREP takes too long for the simulator')
    const matches = (test: (text: Bytes) => boolean): boolean => test(element)
    if (plan.all ? tests.every(matches) : tests.some(matches)) found.push(plan.withValues ? [index, element] : index)
  }
  return found
}

function planOf(words: readonly Bytes[]): Plan {
  const plan: Plan = { predicates: [], all: false, withValues: false, ignoresCase: false, limit: Infinity }
  for (let i = 0; i < words.length; i++) {
    const word = lower(words[i] ?? '')
    const kind = kinds.find((name) => name === word)
    if (word === 'withvalues') plan.withValues = true
    else if (word === 'nocase') plan.ignoresCase = true
    else if (word === 'and' || word === 'or') plan.all = word === 'and'
    else {
      const value = words[++i]
      if (value === undefined || (kind === undefined && word !== 'limit')) fail(SYNTAX_ERROR)
      if (kind === undefined) {
        plan.limit = integerArgument(value)
        if (plan.limit <= 0) fail('ERR LIMIT must be positive')
      } else addPredicate(plan, kind, value)
    }
  }
  return plan.predicates.length > 0 ? plan : fail(SYNTAX_ERROR)
}

function addPredicate({ predicates }: Plan, kind: Kind, pattern: Bytes): void {
  if (predicates.length >= MOST_PREDICATES) fail(`ERR too many predicates, maximum is ${MOST_PREDICATES}`)
  if (kind === 're' && pattern.length > LONGEST_REGEX)
    fail(`ERR regular expression is too long, maximum is ${LONGEST_REGEX} bytes`)
  predicates.push({ kind, pattern })
}

function predicate(kind: Kind, pattern: Bytes, ignoresCase: boolean): (text: Bytes) => boolean {
  if (kind === 're') return regexPredicate(pattern, ignoresCase)
  const fold = (text: Bytes): Bytes => (ignoresCase ? lower(text) : text)
  const folded = fold(pattern)
  if (kind === 'exact') return (text) => fold(text) === folded
  if (kind === 'match') return (text) => fold(text).includes(folded)
  const glob = compileGlob(folded)
  return (text) => glob.matches(fold(text))
}

function regexPredicate(pattern: Bytes, ignoresCase: boolean): (text: Bytes) => boolean {
  if (pattern === '') fail('ERR regular expression is empty')
  const regex = compileRegex(pattern, ignoresCase)
  if (!('problem' in regex)) return (text) => regex.test(text)
  return fail(
    regex.problem === BACK_REFERENCE
      ? 'ERR regular expression backreferences are not supported'
      : `ERR invalid regular expression: ${regex.problem}`,
  )
}
