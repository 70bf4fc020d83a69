import scan from 'picomatch/lib/scan.js'
import { toText, type Bytes } from '../../acl/bytes'
import type { Fix } from '../diagnostic'
import { channelPattern, keyRule } from './facts'
import { onEach, onToken, replaceToken, safe, type LineCheck, type Report, type Token } from './line'

/** The maximum number of patterns that braces are expanded to. */
const MOST_EXPANDED = 8

/**
 * Expands the `{a,b}` of a pattern to one pattern per alternative: empty where there are too many; null without braces.
 */
export function expandBraces(pattern: Bytes): readonly Bytes[] | null {
  let patterns = expandFirst(pattern)
  for (; patterns !== null && patterns.length <= MOST_EXPANDED;) {
    const at = patterns.findIndex((one) => expandFirst(one) !== null)
    if (at < 0) return patterns
    patterns = patterns.flatMap((one, i) => (i === at ? (expandFirst(one) ?? []) : [one]))
  }
  return patterns === null ? null : []
}

/** Expands the first innermost pair of braces; null without braces. */
function expandFirst(pattern: Bytes): readonly Bytes[] | null {
  const found = /\{([^{},]*,[^{}]*)\}/.exec(pattern)
  if (found === null) return null
  const before = pattern.slice(0, found.index)
  const after = pattern.slice(found.index + found[0].length)
  return (found[1] ?? '').split(',').map((part) => before + part + after)
}

/** Splits a pattern at bars: `a:*|b:*`. */
function expandBars(pattern: Bytes): Bytes[] | null {
  const parts = pattern.split('|')
  return parts.length < 2 || parts.some((part) => part === '') || /[(){}]/.test(pattern) ? null : parts
}

/** Returns patterns that are joined by commas, as rules of their own: `~a:*,~b:*`; null for other texts. */
function listedPatterns(rules: Bytes): Bytes | null {
  const parts = rules.split(/,(?=[~&%])/)
  const isList = parts.length > 1 && parts.every((part) => /^(?:~|&|%(?:R|W|RW|WR)~)[^,~&%]+$/i.test(part))
  return isList ? parts.join(' ') : null
}

function write(token: Token, sign: string, patterns: readonly Bytes[] | null): readonly Fix[] {
  if (
    patterns === null ||
    patterns.length === 0 ||
    patterns.length > MOST_EXPANDED ||
    patterns.some((one) => /[\s"'\\]/.test(one))
  )
    return []
  const rules = toText(patterns.map((one) => sign + one).join(' '))
  return [replaceToken(token, `Write ${rules}`, rules)]
}

/**
 * Reports parts of a pattern that have a meaning in a shell or a regular expression, but not in Redis. Picomatch gives
 * the shell's meaning, the engine's matcher that of Redis. Only its scanner is loaded: the rest is five times as long.
 */
function habits(token: Token, sign: string, pattern: Bytes): readonly Report[] {
  const listed = listedPatterns(sign + pattern)
  if (listed !== null)
    return [
      onToken(token, 'A comma does not separate patterns: it is matched literally, with all that follows.', null, [
        replaceToken(token, `Write ${toText(listed)}`, toText(listed)),
      ]),
    ]
  if (/^%|%$/.test(pattern) && !/[*?[]/.test(pattern))
    return [
      onToken(
        token,
        '% is not a wildcard in a pattern: it is matched literally.',
        null,
        write(token, sign, [pattern.replace(/%/g, '*')]),
      ),
    ]
  if (!/[{(!^$|]|\*\*|\.\*|\\[dwsb]/.test(pattern)) return []
  const scanned = scan(pattern)
  const braces = expandBraces(pattern)
  if (braces !== null)
    return [
      onToken(
        token,
        `Braces are not alternatives in a pattern: this matches only names that contain ${toText(/\{.*\}/.exec(pattern)?.[0] ?? '{')} literally.`,
        null,
        write(token, sign, braces),
      ),
    ]
  if (scanned.isExtglob || scanned.negatedExtglob || /[!@+?*]\([^)]*\)/.test(pattern))
    return [
      onToken(
        token,
        'Groups such as !(a) or @(a|b) have no meaning in a pattern: the parentheses are matched literally.',
        'Write a rule for each pattern that should match.',
      ),
    ]
  if (/^\*{2,}$/.test(pattern))
    return [
      onToken(
        token,
        sign === '&'
          ? `${pattern} is not &*: it does not match the channel with the empty name, and PSUBSCRIBE is allowed with exactly ${pattern} only.`
          : `${pattern} is not *: SORT with BY or GET needs * itself, and only ~* matches the key with the empty name.`,
        null,
        write(token, sign, ['*']),
      ),
    ]
  if (/\*\*/.test(pattern))
    return [
      onToken(
        token,
        '** is the same as *, which matches delimiters too.',
        null,
        write(token, sign, [pattern.replace(/\*{2,}/g, '*')]).map(safe),
      ),
    ]
  const [escape] = /\\[dwsbDWSB]/.exec(pattern) ?? []
  if (escape !== undefined)
    return [
      onToken(
        token,
        `${escape} matches the letter ${escape.slice(1)}: a backslash makes the next character literal.`,
        'A digit is [0-9]; ? stands for any one byte, * for any number of them.',
      ),
    ]
  // A dot after a word may be a delimiter: `orders.*` is a valid Redis pattern.
  if (/(?:^|\W)\.\*/.test(pattern) || /^\^|[^\\]\$$/.test(pattern))
    return [
      onToken(
        token,
        'This looks like a regular expression, but ^, $ and . are literal characters in a pattern.',
        'A pattern must match the whole name: * stands for any bytes, ? for one byte.',
      ),
    ]
  if (pattern.includes('|'))
    return [
      onToken(
        token,
        'A bar is not an “or” in a pattern: it is matched literally.',
        'Write a rule for each alternative.',
        write(token, sign, expandBars(pattern)),
      ),
    ]
  return []
}

/** Patterns with shell or regular expression syntax. */
export const shellGlob: LineCheck = {
  code: 'shell-glob',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const pattern = keyRule(token)?.pattern ?? channelPattern(token)
      return pattern === null || pattern === ''
        ? []
        : habits(token, token.text.slice(0, token.text.length - pattern.length), pattern)
    }),
}
