import { type Bytes, toText } from '../../acl/bytes'
import { conditionsOf, type Simplification } from '../../analysis/simplify'
import type { SimplifiedFile } from '../../analysis/simplify/file'
import { diffWords, type DiffWord } from '../../analysis/simplify/words'
import type { DescribedSimplification, DescribedWord } from '../described'

type Shorter = Extract<Simplification, { readonly kind: 'shorter' }>

/** Returns what was found for the lines of a file, as plain data. */
export function describeSimplified({ lines, content }: SimplifiedFile): DescribedSimplification {
  const named = (kind: Simplification['kind']): string[] =>
    lines.flatMap(({ name, result }) => (result.kind === kind ? [toText(name)] : []))
  const shorter = lines.flatMap(({ name, line, result }) =>
    result.kind === 'shorter' ? [{ name: toText(name), line, ...describe(result) }] : [],
  )
  return {
    refused: null,
    shorter,
    unchanged: named('none').length,
    undecided: named('undecided'),
    conditions: conditionsOf(lines.map(({ result }) => result)),
    content: toText(content),
  }
}

function describe({
  before,
  after,
  steps,
}: Shorter): Omit<DescribedSimplification['shorter'][number], 'name' | 'line'> {
  const words = diffWords(before, after)
  return {
    saved: textOf(before).length - textOf(after).length,
    before: words.before.map(readable),
    after: words.after.map(readable),
    steps: steps.map(({ removed, added, why }) => ({ removed: textOf(removed), added: textOf(added), why })),
  }
}

const readable = ({ text, isOnlyHere }: DiffWord): DescribedWord => ({ text: toText(text), isOnlyHere })

const textOf = (rules: readonly Bytes[]): string => toText(rules.join(' '))
