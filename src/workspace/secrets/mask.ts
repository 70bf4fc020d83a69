import { type Bytes, fromText, toText } from '../../acl/bytes'
import { splitLine } from '../../acl/split'
import { renamed, secretsByLine } from './files'
import { secretsInAclLine, secretsInConfLine, secretsInExpectation } from './lines'

/** The kind of file that a text is. */
export type SecretFile = 'acl' | 'conf' | 'expect'

/** A text with masked passwords. */
export interface MaskedText {
  /** The text with an asterisk for each character of a password, so that offsets stay the same. */
  readonly text: string
  /** The passwords as written and as parsed: `>secret` with its sign, others without. */
  readonly secrets: ReadonlySet<string>
}

const finders = { acl: secretsInAclLine, conf: secretsInConfLine, expect: secretsInExpectation }

/**
 * Masks the passwords of a file.
 * @param conf the redis.conf that goes with it, which may rename commands
 */
export function maskText(text: string, file: SecretFile, conf = ''): MaskedText {
  const names = renamed(fromText(conf))
  const lines = fromText(text).split('\n')
  const secrets = new Set<string>()
  const masked = secretsByLine(lines, (line) => finders[file](line, names)).map((found, i) => {
    const line = lines[i] ?? ''
    let out = ''
    let at = 0
    for (const { from, to } of found) {
      const raw = toText(line.slice(from, to))
      remember(raw, secrets)
      out += toText(line.slice(at, from)) + stars(raw)
      at = to
    }
    return out + toText(line.slice(at))
  })
  return { text: masked.join('\n'), secrets }
}

/** Masks a password, but not the sign and quotes before it, nor white space. */
const stars = (raw: string): string => {
  const shown = /^[\s"']*[<>]?/.exec(raw)?.[0] ?? ''
  return shown + raw.slice(shown.length).replace(/\S/g, '*')
}

function remember(raw: string, secrets: Set<string>): void {
  const trimmed = raw.trim()
  for (const one of [trimmed, read(trimmed)]) if (one.length > 1) secrets.add(one)
}

const read = (raw: string): string => {
  const { words, broken } = splitLine(fromText(raw))
  const decoded: Bytes = [...words, ...(broken === null ? [] : [broken])].map((word) => word.text).join(' ')
  return toText(decoded)
}

/**
 * The minimum length from which a password without a sign is masked in messages: shorter ones are often common words.
 */
const SHORTEST = 4
const KEY = 2

/** Returns a function that masks these passwords where they are whole words of a message. */
export function masker(secrets: Iterable<string>): (message: string) => string {
  const known = new Set<string>()
  /** The lengths of the passwords that start alike, the longest first: a file has many passwords of few lengths. */
  const lengths = new Map<string, number[]>()
  for (const secret of secrets) {
    if (!/^[<>]/.test(secret) && secret.length < SHORTEST) continue
    known.add(secret)
    const ofStart = lengths.get(secret.slice(0, KEY)) ?? []
    if (!ofStart.includes(secret.length)) ofStart.push(secret.length)
    lengths.set(secret.slice(0, KEY), ofStart)
  }
  for (const ofStart of lengths.values()) ofStart.sort((a, b) => b - a)
  if (known.size === 0) return (message) => message
  return (message) => {
    let out = ''
    let at = 0
    for (let i = 0; i < message.length; i++) {
      const ofStart = lengths.get(message.slice(i, i + KEY))
      if (ofStart === undefined || (i > 0 && isWordCharacter(message[i]) && isWordCharacter(message[i - 1]))) continue
      const length = ofStart.find((length) => known.has(message.slice(i, i + length)) && endsThere(message, i + length))
      if (length === undefined) continue
      out += `${message.slice(at, i)}${/^[<>]/.exec(message.slice(i, i + 1))?.[0] ?? ''}***`
      at = i + length
      i = at - 1
    }
    return out + message.slice(at)
  }
}

const isWordCharacter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char)
const endsThere = (message: string, at: number): boolean =>
  !isWordCharacter(message[at - 1]) || !isWordCharacter(message[at])
