import { listSome, shown, tokensOf } from './facts'
import { onEach, onEachSelector, onToken, safe, type LineCheck, type Token } from './line'

/** The maximum number of patterns that a fix restores: its label names all of them. */
const MOST_NAMED = 4

/** The effect of each of these rules on the patterns before it. */
const rules: Readonly<Record<string, { readonly kind: 'key' | 'channel'; readonly grants: boolean }>> = {
  resetkeys: { kind: 'key', grants: false },
  resetchannels: { kind: 'channel', grants: false },
  allkeys: { kind: 'key', grants: true },
  allchannels: { kind: 'channel', grants: true },
}

/** Returns the patterns of a kind before a rule, back to an earlier rule that voids them. */
function patternsBefore(tokens: readonly Token[], at: number, kind: 'key' | 'channel'): readonly Token[] {
  const before = tokens.slice(0, at)
  const from = before.findLastIndex(({ word }) => rules[word]?.kind === kind || word === 'reset')
  return before.slice(from + 1).filter(({ pattern }) => pattern?.kind === kind)
}

/** Patterns that a later rule of the same line makes void: `~a:* resetkeys`, `~a:* allkeys`. */
export const voidedPattern: LineCheck = {
  code: 'voided-pattern',
  severity: 'warning',
  check: (line) =>
    onEachSelector(line, (_, i) => {
      const tokens = tokensOf(line, i)
      return onEach(tokens, (token, at) => {
        const rule = rules[token.word]
        if (rule === undefined || at === 0) return []
        const voided = patternsBefore(tokens, at, rule.kind)
        const [first] = voided
        if (first === undefined) return []
        const names = listSome(voided.map(({ text }) => shown(text)))
        const removal = safe({
          label: `Remove ${names}`,
          edits: voided.map(({ cutFrom, cutTo }) => ({ from: cutFrom, to: cutTo, insert: '' })),
        })
        if (rule.grants)
          return [
            onToken(token, `This grants every ${rule.kind}, so ${names} before it adds nothing.`, null, [removal]),
          ]
        const move = {
          label: `Move ${token.word} before ${names}`,
          edits: [
            { from: first.from, to: first.from, insert: `${token.word} ` },
            { from: token.cutFrom, to: token.cutTo, insert: '' },
          ],
        }
        return [
          onToken(
            token,
            `This removes ${names} before it: rules are applied from left to right.`,
            `Put ${token.word} before the patterns that should count.`,
            voided.length > MOST_NAMED ? [removal] : [removal, move],
          ),
        ]
      })
    }),
}
