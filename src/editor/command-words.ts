import type { PhraseKind } from '../analysis/phrase'
import { ruleKind } from '../analysis/phrase'
import { commandParser } from './languages'

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
      if (name === 'Command' || name === 'Argument' || name === 'Quoted') words.push({ text: line.slice(from, to), from, to })
    },
  })
  return words
}

/** A word in the colour of what it is: the user that AUTH names, the rules of ACL SETUSER. */
export interface ColouredWord extends CommandWord {
  readonly kind: PhraseKind
}

const usersOf: ReadonlySet<string> = new Set(['setuser', 'getuser', 'deluser', 'dryrun'])

/** Which words of a line are users, passwords or rules. Keys and channels depend on the command: a preview colours them. */
export function colouredWords(line: string): ColouredWord[] {
  const words = wordsOf(line)
  const name = words[0]?.text.toLowerCase()
  const sub = words[1]?.text.toLowerCase() ?? ''
  const kindAt = (text: string, at: number): PhraseKind | null => {
    if (name === 'auth') return at === 0 ? null : words.length > 2 && at === 1 ? 'user' : 'pw'
    if (name === 'hello') {
      const before = (distance: number): boolean => words[at - distance]?.text.toLowerCase() === 'auth'
      return at > 1 && before(1) ? 'user' : at > 2 && before(2) ? 'pw' : null
    }
    if (name !== 'acl' || at < 2 || !usersOf.has(sub)) return null
    return at === 2 || sub === 'deluser' ? 'user' : sub === 'setuser' ? ruleKind(text.replace(/^["'(]+/, '')) : null
  }
  return words.flatMap((word, at) => {
    const kind = kindAt(word.text, at)
    return kind === null ? [] : [{ ...word, kind }]
  })
}
