import { toText, type Bytes } from '../../acl/bytes'
import { printWord } from '../../resp/render'
import { typedLine, type Typing } from '../typed-line'

/** A word of a script's line: as it is typed, or a password that whoever follows the script knows by then. */
export type Word = Bytes | { readonly passwordOf: Bytes } | { readonly directive: string }

/** The sender of a line: the attacker's connection, another user who calls what was changed, or a server of the attacker's own. */
export type Sender = 'attacker' | 'caller' | 'primary' | 'node' | 'module'

/** A line of a script. */
export interface ScriptLine {
  readonly sender: Sender
  /** The user that the connection is logged in as; empty for servers and modules. */
  readonly user: Bytes
  readonly argv: readonly Word[]
}

/** Returns a line's words as text: `<password of app>` for a password that is not written down. */
export function scriptWords(server: Typing, line: ScriptLine): readonly Bytes[] {
  const words = line.argv.map((word) => (typeof word === 'string' ? word : placeholder(word)))
  return line.sender === 'attacker' || line.sender === 'caller' ? typedLine(server, { argv: words, db: 0 }).argv : words
}

function placeholder(word: Exclude<Word, Bytes>): Bytes {
  return 'directive' in word ? `<${word.directive}>` : `<password of ${word.passwordOf}>`
}

const ownServers: Readonly<Record<'primary' | 'node' | 'module', string>> = {
  primary: 'their primary',
  node: 'their node',
  module: 'their module',
}

/** A line as it is shown, as plain data. */
export interface ShownLine {
  /** The user that the connection is logged in as, or whose server or module sends the line: `their primary`. */
  readonly as: string
  readonly argv: readonly Bytes[]
  /** As it is typed, after the prompt: `app> CONFIG GET masterauth`. */
  readonly text: string
}

/** Returns a line as plain data. */
export function shownLine(server: Typing, line: ScriptLine): ShownLine {
  const { sender, user } = line
  const as = sender === 'attacker' || sender === 'caller' ? toText(user) : ownServers[sender]
  return { as, argv: scriptWords(server, line), text: scriptText(server, line) }
}

/** Returns a line as it is shown: `app> CONFIG GET masterauth`. */
export function scriptText(server: Typing, line: ScriptLine): string {
  const { sender, user } = line
  const prompt = sender === 'attacker' || sender === 'caller' ? toText(user) : ownServers[sender]
  const words = scriptWords(server, line).map((word) => (/^<[^"\\]*>$/.test(word) ? word : printWord(word)))
  return `${prompt}> ${toText(words.join(' '))}`
}
