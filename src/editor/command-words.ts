import type { PhraseKind } from '../analysis/phrase'
import { commandParser } from './languages'
import { wordKinds } from './word-kinds'

/** A word of a command line as typed, quotes left on, with its place. */
export interface CommandWord {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** The words of a line, those whose quotes are still open too. */
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

/** A word in the colour of what it is: a subcommand, the user that AUTH names, the rules of ACL SETUSER. */
export interface ColouredWord extends CommandWord {
  readonly kind: PhraseKind
}

/**
 * The words of a line that have a colour of their own.
 * @param named says of the words how many of them name the command
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
