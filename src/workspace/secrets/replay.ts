import { fromText, lower, toText } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import type { SavedEntry } from '../state'
import { hiddenPassword } from './hidden-password'

/** The way to repeat a saved entry. */
export type Replay =
  | { readonly kind: 'run'; readonly line: string }
  /** Log in by name, since the password was not shared; then run the rest of the line (HELLO 3), if any. */
  | { readonly kind: 'login'; readonly user: string; readonly line: string; readonly then: string | null }

/** Returns the way to repeat an entry: run its line, unless its password was removed and it logged a user in. */
export function replayOf({ line, login }: SavedEntry): Replay {
  if (typeof login !== 'string' || !line.includes(hiddenPassword)) return { kind: 'run', line }
  return { kind: 'login', user: login, line, then: /^\s*auth\s/i.test(line) ? null : withoutAuth(line) }
}

/** Removes the AUTH part of `HELLO 3 AUTH app … SETNAME x`; null where there is none. */
function withoutAuth(line: string): string | null {
  const bytes = fromText(line)
  const words = splitWords(bytes) ?? []
  const at = words.findIndex(({ text }, i) => i > 0 && lower(text) === 'auth')
  if (at < 0) return null
  return toText((bytes.slice(0, words[at]?.from) + bytes.slice(words[at + 2]?.to)).trim())
}
