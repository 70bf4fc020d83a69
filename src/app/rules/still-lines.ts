import { fromText } from '../../acl/bytes'
import { type PhraseKind, ruleKind } from '../../analysis/phrase'
import { shortHash } from '../../editor/short-hash'
import type { Spot } from '../../editor/spotlight'

/** A piece of a line in one colour, as the editor shows it. */
export interface StillToken {
  readonly text: string
  /** Null for what has no colour. */
  readonly kind: PhraseKind | 'comment' | null
  /** The verdict of the lit rule that it belongs to; null where none is lit. */
  readonly lit: Spot['verdict'] | null
}

export interface StillLine {
  readonly tokens: readonly StillToken[]
  readonly isLit: boolean
}

/** Lines and characters that are shown of a file whose editor is loading: more than fit into a window. */
const mostLines = 200
const mostCharacters = 20_000

/**
 * Returns the first lines of a file as its editor will show them, without the editor's parser: users.acl in colours, the
 * others plain.
 * @param spots rules that are lit up
 */
export function stillLines(text: string, isAcl: boolean, spots: readonly Spot[]): readonly StillLine[] {
  let from = 0
  const shown = text.slice(0, mostCharacters)
  return shown.split('\n', mostLines).map((line) => {
    const start = from
    from += line.length + 1
    const lit = spots.filter(({ span }) => span.from >= start && span.from <= start + line.length)
    const verdictAt = (at: number): Spot['verdict'] | null =>
      lit.find(({ span }) => span.from <= start + at && start + at < span.to)?.verdict ?? null
    const tokens = (isAcl ? aclTokens(line) : [{ text: line, kind: null }]).map(({ text: piece, kind, at = 0 }) => ({
      text: kind === 'pw' && /^[#!][0-9a-f]{64}$/.test(piece) ? shortHash(piece) : piece,
      kind,
      lit: piece.trim() === '' ? null : verdictAt(at),
    }))
    return { tokens, isLit: lit.length > 0 }
  })
}

interface Piece {
  readonly text: string
  readonly kind: StillToken['kind']
  readonly at?: number
}

/** Splits a line of users.acl into blanks and words; the brackets of selectors are words of their own. */
function aclTokens(line: string): readonly Piece[] {
  if (line.startsWith('#')) return [{ text: line, kind: 'comment', at: 0 }]
  const isOfRules = /^ *(?:user|role) /.test(line)
  let words = 0
  let isInSelector = false
  return [...line.matchAll(/ +|[^ ]+/g)].flatMap(({ 0: text, index: at }): readonly Piece[] => {
    if (text.startsWith(' ') || !isOfRules) return [{ text, kind: null, at }]
    words++
    if (words <= 2) return [{ text, kind: words === 1 ? 'flag' : 'user', at }]
    const opens = !isInSelector && text.startsWith('(')
    isInSelector ||= opens
    const closes = isInSelector && text.endsWith(')')
    if (closes) isInSelector = false
    const rule = text.slice(opens ? 1 : 0, closes ? -1 : undefined)
    return [
      ...(opens ? [{ text: '(', kind: 'flag' as const, at }] : []),
      ...(rule === '' ? [] : [{ text: rule, kind: ruleKind(fromText(rule)), at: at + (opens ? 1 : 0) }]),
      ...(closes ? [{ text: ')', kind: 'flag' as const, at: at + text.length - 1 }] : []),
    ]
  })
}
