import { type Bytes, toText } from '../acl/bytes'
import { printWord } from '../resp/render'
import type { Need } from '../proof/reached'
import { sentenceWords } from './words'

/** A list of users that a question asks for. */
export type UserList = 'share a password' | 'log in without a password' | 'are off' | 'are alike'

/** The meaning of a question. Where a user is null, the question is about everybody ("who"). */
export type Meaning =
  /** `argv`: a command line, perhaps only the start of one; or a category, with its `@`. */
  | { readonly kind: 'run'; readonly user: Bytes | null; readonly argv: readonly Bytes[] }
  | { readonly kind: 'keys'; readonly user: Bytes | null; readonly need: Need; readonly pattern: Bytes }
  | { readonly kind: 'channels'; readonly user: Bytes | null; readonly pattern: Bytes }
  | { readonly kind: 'summary'; readonly user: Bytes }
  | { readonly kind: 'why-denied'; readonly user: Bytes; readonly argv: readonly Bytes[] }
  | { readonly kind: 'what-lets'; readonly user: Bytes; readonly argv: readonly Bytes[] }
  | { readonly kind: 'category'; readonly name: string; readonly other: OtherCategory | null }
  | { readonly kind: 'categories'; readonly command: string }
  | { readonly kind: 'rule'; readonly rule: Bytes }
  | { readonly kind: 'difference'; readonly rules: readonly [Bytes, Bytes] }
  | { readonly kind: 'users'; readonly list: UserList }
  | { readonly kind: 'no-effect' }
  | { readonly kind: 'admin' }
  /** In any number of steps. */
  | { readonly kind: 'become'; readonly user: Bytes | null; readonly other: Bytes }
  | { readonly kind: 'what-if'; readonly user: Bytes; readonly rules: readonly Bytes[] }
  | { readonly kind: 'open'; readonly topic: string }

/** The second category of a question; `isIn`: its commands are wanted too, or are not. */
export interface OtherCategory {
  readonly name: string
  readonly isIn: boolean
}

/** Prints a command line with the name of its command in capitals; a category as it is. */
export function printLine(argv: readonly Bytes[], words = 1): string {
  return argv
    .map((word, i) => {
      if (i < words && !word.startsWith('@')) return toText(word).toUpperCase()
      return sentenceWords.has(word) ? `"${word}"` : toText(printWord(word))
    })
    .join(' ')
}

/**
 * Returns the canonical form of a meaning, which is a question that is understood as the same.
 * @param nameLength the number of words that name the command of a line
 */
export function canonical(meaning: Meaning, nameLength: (argv: readonly Bytes[]) => number): string {
  const line = (argv: readonly Bytes[]): string => printLine(argv, nameLength(argv))
  const name = (user: Bytes): string => toText(printWord(user))
  switch (meaning.kind) {
    case 'run':
      return meaning.user === null
        ? `who can run ${line(meaning.argv)}`
        : `can ${name(meaning.user)} run ${line(meaning.argv)}`
    case 'keys': {
      const what = `${meaning.need} keys ${toText(printWord(meaning.pattern))}`
      return meaning.user === null ? `who can ${what}` : `can ${name(meaning.user)} ${what}`
    }
    case 'channels': {
      const what = `use channels ${toText(printWord(meaning.pattern))}`
      return meaning.user === null ? `who can ${what}` : `can ${name(meaning.user)} ${what}`
    }
    case 'summary':
      return `what can ${name(meaning.user)} do`
    case 'why-denied':
      return `why is ${line(meaning.argv)} denied to ${name(meaning.user)}`
    case 'what-lets':
      return `what lets ${name(meaning.user)} run ${line(meaning.argv)}`
    case 'category': {
      const { other } = meaning
      const also = other === null ? '' : other.isIn ? ` and in @${other.name}` : ` but not in @${other.name}`
      return `which commands are in @${meaning.name}${also}`
    }
    case 'categories':
      return `which categories has ${meaning.command.replace('|', ' ').toUpperCase()}`
    case 'rule':
      return `what does ${toText(meaning.rule)} mean`
    case 'difference':
      return `what is the difference between ${toText(meaning.rules[0])} and ${toText(meaning.rules[1])}`
    case 'users':
      return `which users ${meaning.list}`
    case 'no-effect':
      return 'which rules have no effect'
    case 'admin':
      return 'who can become admin'
    case 'become':
      return `${meaning.user === null ? 'who can' : `can ${name(meaning.user)}`} become ${name(meaning.other)}`
    case 'what-if':
      return `what changes if ${name(meaning.user)} gets ${meaning.rules.map(toText).join(' ')}`
    case 'open':
      return `open ${meaning.topic}`
  }
}
