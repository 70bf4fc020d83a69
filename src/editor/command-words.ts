import type { PhraseKind } from '../analysis/phrase'
import { commandParser } from './languages'
import { wordKinds } from './word-kinds'

/** A word of a command line as typed, with its quotes and its place. */
export interface CommandWord {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Splits a line into words, including those with unclosed quotes. */
export function wordsOf(line: string): CommandWord[] {
  const words: CommandWord[] = []
  commandParser.parse(line).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'Command' || name === 'Argument' || name === 'Quoted')
        words.push({ text: line.slice(from, to), from, to })
    },
  })
  return words
}

/** A coloured word: a subcommand, the user that AUTH names, a rule of ACL SETUSER. */
export interface ColouredWord extends CommandWord {
  readonly kind: PhraseKind
}

/**
 * Returns the coloured words of a line.
 * @param named returns how many of the words name the command
 */
export function colouredWords(line: string, named: (words: readonly string[]) => number): ColouredWord[] {
  const words = wordsOf(line)
  const texts = words.map(({ text }) => text)
  const kinds = wordKinds(texts, named(texts))
  return words.flatMap((word, at) => {
    const kind = kinds[at] ?? null
    return kind === null ? [] : [{ ...word, kind }]
  })
}
