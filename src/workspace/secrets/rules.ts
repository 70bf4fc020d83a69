import type { Bytes } from '../../acl/bytes'
import { hashPassword } from '../../acl/password'
import type { Word } from '../../acl/split'
import { looksLikeRule, quoteWord } from '../../analysis/user-line'
import { hiddenPassword } from './hidden-password'

/** The part of a line that contains a password, and its replacement. */
export interface Secret {
  /** Offsets in the line, in bytes, the end exclusive. */
  readonly from: number
  readonly to: number
  readonly instead: Bytes
}

const hashed = (sign: Bytes, password: Bytes): Bytes => `${sign === '>' ? '#' : '!'}${hashPassword(password)}`

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

/** Matches a sign within a word, as in `on>secret`; patterns may contain any character. */
const glued = /^[^~%&#!|<>]+[<>](?=.)/s
const startsWithHash = /^[0-9a-fA-F]{64}(?![0-9a-zA-Z])/

/** The state of a scan; secrets are by offset. */
interface Scan {
  readonly text: Bytes
  readonly found: Secret[]
  /** The previous word was `>` or `<` alone: the password probably follows. */
  afterSign: boolean
}

/**
 * Finds the passwords in rules as users.acl has them: words between spaces. Rules that servers refuse may hold passwords
 * too, so `>` and `<` also count after a tab, a quote, a parenthesis or within a word.
 * @param from the offset of the first rule: after `user` and the name, where the line has them
 */
export function secretsInRules(text: Bytes, from = 0): Secret[] {
  const scan: Scan = { text, found: [], afterSign: false }
  for (let at = from; at < text.length;) {
    if (isBlank(text.charCodeAt(at))) at++
    else at = readRule(scan, at)
  }
  return scan.found
}

/** Reads a word and returns the offset after it. */
function readRule(scan: Scan, from: number): number {
  const { text, found, afterSign } = scan
  scan.afterSign = false
  let end = from
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++
  let sign = from
  while (sign < end && '(\'"'.includes(text[sign] ?? '')) sign++
  const first = text[sign] ?? ''
  if (first === '>' || first === '<') return readPassword(scan, sign, text[sign - 1] ?? '', from)
  const word = text.slice(from, end)
  const inside = glued.exec(word)
  if (afterSign && !looksLikeRule(word) && word !== hiddenPassword)
    found.push({ from, to: end, instead: hiddenPassword })
  else if (inside !== null) return readPassword(scan, from + inside[0].length - 1, '', from)
  else if ((first === '#' || first === '!') && sign + 1 < end) {
    const hash = text.slice(sign + 1, end)
    if (!startsWithHash.test(hash) && !hash.startsWith(hiddenPassword))
      found.push({ from: sign + 1, to: end, instead: hiddenPassword })
  }
  return end
}

/** Reads the password after the sign at `sign`, which a quote may precede, and returns the offset after it. */
function readPassword(scan: Scan, sign: number, before: string, wordStart: number): number {
  const { text, found } = scan
  const quote = (before === '"' || before === "'") && sign > wordStart ? before : ''
  let to = quote === '' ? text.indexOf(' ', sign) : text.indexOf(quote, sign + 1)
  if (to < 0) to = text.length
  while (to > sign + 1 && /[\t\r\n]/.test(text[to - 1] ?? '')) to--
  const password = text.slice(sign + 1, to)
  found.push({ from: sign, to, instead: hashed(text[sign] ?? '', password) })
  scan.afterSign = password === ''
  return quote === '' ? readQuotedRest(scan, password, to) : to + 1
}

/** Extends a password to the closing quote, as in `>"my secret"`, unless all that follows is rules. */
function readQuotedRest({ text, found }: Scan, password: Bytes, from: number): number {
  const quote = password[0]
  if ((quote !== '"' && quote !== "'") || (password.length > 1 && password.endsWith(quote))) return from
  const close = text.indexOf(quote, from)
  if (close < 0) return from
  const start = from + (/^\s*/.exec(text.slice(from, close))?.[0].length ?? 0)
  const rest = text.slice(start, close)
  if (rest === hiddenPassword || (rest !== '' && rest.split(/\s+/).every(looksLikeRule))) return from
  found.push({ from: start, to: close + 1, instead: `${hiddenPassword}${quote}` })
  return close + 1
}

/** Finds the passwords in rules that were given as arguments, with resolved quotes. */
export function secretsInWords(words: readonly Word[]): Secret[] {
  const found: Secret[] = []
  let afterSign = false
  for (const { text, from, to } of words) {
    const sign = text[0] ?? ''
    const hidden: Bytes =
      sign === '>' || sign === '<'
        ? hashed(sign, text.slice(1))
        : afterSign && !looksLikeRule(text)
          ? hiddenPassword
          : hideWithin(text)
    if (hidden !== text) found.push({ from, to, instead: quoteWord(hidden) })
    afterSign = text.length === 1 && (sign === '>' || sign === '<')
  }
  return found
}

/** Hides the password in a selector or a quoted word. All that follows belongs to it, unless it is all rules. */
function hideWithin(text: Bytes): Bytes {
  const found = secretsInRules(text)
  const last = found.at(-1)
  if (last === undefined) return text
  const rest = text.slice(last.to).split(/\s+/)
  if (rest.every((word) => /^[)"']*$/.test(word) || looksLikeRule(word))) return applySecrets(text, found)
  return `${applySecrets(text.slice(0, last.to), found)} ${hiddenPassword}`
}

/** Replaces each secret. They are in order and do not overlap. */
export function applySecrets(line: Bytes, secrets: readonly Secret[]): Bytes {
  if (secrets.length === 0) return line
  let out = ''
  let at = 0
  for (const { from, to, instead } of secrets) {
    out += line.slice(at, from) + instead
    at = to
  }
  return out + line.slice(at)
}
