import { isOneEdit } from './one-edit'

/** A word of a question. Its spelling for the grammar is in lower case, without punctuation, and perhaps corrected. */
export interface Word {
  readonly word: string
  /** Offsets in the text. */
  readonly from: number
  readonly to: number
}

/** Words of sentences, which are hardly arguments of a command: as such they are quoted. */
export const sentenceWords = new Set(
  'or and but also then without because unless if when while the any all every it them in from for using via here there today again now key keys channel channels users everything anything something data values messages entries items things'.split(
    ' ',
  ),
)

const contractions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "what's": 'what is',
    whats: 'what is',
    "who's": 'who is',
    whos: 'who is',
    "can't": 'cannot',
    cant: 'cannot',
    "couldn't": 'cannot',
    couldnt: 'cannot',
    "isn't": 'is not',
    isnt: 'is not',
    "doesn't": 'does not',
    doesnt: 'does not',
    "don't": 'do not',
    dont: 'do not',
    "i'd": 'i would',
    "i'm": 'i am',
    'w/o': 'without',
    pls: 'please',
    thx: 'thanks',
  }),
)

/** The end of a quoted word that starts here, after its closing quote; -1 where it is not quoted. */
function endOfQuoted(text: string, from: number): number {
  const quote = text[from] ?? ''
  if (!['"', "'", '`'].includes(quote)) return -1
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++
    else if (text[at] === quote && /^[\s?!.,;]|^$/.test(text.slice(at + 1, at + 2))) return at + 1
  }
  return -1
}

/** Splits a question into words. A quoted part is one word. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const from = at
    const quoted = endOfQuoted(text, at)
    at = quoted > 0 ? quoted : from + (/^\S+/.exec(text.slice(from))?.[0].length ?? 1)
    const to = quoted > 0 ? at : from + withoutPunctuation(text.slice(from, at)).length
    if (to === from) continue
    const written = text.slice(from, to)
    const lower = written.toLowerCase().replaceAll('’', "'").replace(/\s/g, '\u00a0')
    for (const word of (contractions.get(lower) ?? lower).split(' ')) words.push({ word, from, to })
  }
  return words
}

/** Removes the punctuation at the end of a word. A `?` is kept where it looks like one of a pattern: `user:?`. */
function withoutPunctuation(written: string): string {
  const bare = written.replace(/[.,;!]+$/, '')
  const asked = bare.replace(/\?+$/, '')
  return asked !== bare && /[:\-_/.]$/.test(asked) ? bare : asked.replace(/[.,;!]+$/, '')
}

/** Replaces words of which one letter is wrong by words of the grammar, unless they are names. */
export function corrected(
  words: readonly Word[],
  grammar: readonly string[],
  isName: (word: string) => boolean,
): Word[] {
  const known = new Set(grammar)
  return words.map((one) => {
    if (!/^[a-z]{4,}$/.test(one.word) || known.has(one.word) || isName(one.word)) return one
    const near = grammar.filter((word) => word[0] === one.word[0] && isOneEdit(word, one.word))
    return near.length === 1 && near[0] !== undefined ? { ...one, word: near[0] } : one
  })
}
