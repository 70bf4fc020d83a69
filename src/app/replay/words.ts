import { type Bytes, toText } from '../../acl/bytes'
import { printWord } from '../../resp/render'

/** The longest word that is shown whole, in characters. */
const most = 60

/** A command line as it could be typed, long words cut. */
export function printWords(argv: readonly Bytes[]): string {
  return (
    argv
      .slice(0, 20)
      .map((word) => (word.length > most ? `${toText(word.slice(0, most))}…` : printWord(word)))
      .join(' ') + (argv.length > 20 ? ' …' : '')
  )
}
