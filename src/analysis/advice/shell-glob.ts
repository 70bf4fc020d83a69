import picomatch from 'picomatch'
import { channelPattern, keyRule } from './facts'
import { onToken, replaceToken, type Advice, type Token } from './line'

/** The alternatives of the first `{a,b}` in a pattern, one pattern each; null where there is none. */
export function expandBraces(pattern: string): string[] | null {
  const [all, inside] = /\{([^{}]*,[^{}]*)\}/.exec(pattern) ?? []
  if (all === undefined || inside === undefined) return null
  const at = pattern.indexOf(all)
  return inside.split(',').flatMap((part) => {
    const one = pattern.slice(0, at) + part + pattern.slice(at + all.length)
    return expandBraces(one) ?? [one]
  })
}

function habits(token: Token, sign: string, pattern: string): ReturnType<Advice['check']> {
  if (!/[{(!^$|]|\*\*|\.\*/.test(pattern)) return []
  const scanned = picomatch.scan(pattern)
  const braces = expandBraces(pattern)
  if (braces !== null && braces.length <= 32) {
    return [onToken(token, `Braces are not alternatives here: this matches names that hold ${/\{.*\}/.exec(pattern)?.[0] ?? '{'} literally.`, null, [
      replaceToken(token, braces.length === 2 ? 'Write both patterns' : `Write the ${braces.length} patterns`, braces.map((one) => sign + one).join(' ')),
    ])]
  }
  if (scanned.isExtglob || scanned.negatedExtglob) return [onToken(token, 'Groups such as !(a) or @(a|b) mean nothing here: the brackets and the sign are matched literally.', 'List the patterns that are to match, one rule each.')]
  if (/\*\*/.test(pattern)) return [onToken(token, '** is the same as *: a star crosses every delimiter.', null, [replaceToken(token, 'Write one star', sign + pattern.replace(/\*{2,}/g, '*'))])]
  if (/\.\*/.test(pattern) || /^\^.*|[^\\]\$$/.test(pattern)) return [onToken(token, 'This reads like a regular expression, but ^, $ and . are literal characters in a pattern.', 'A pattern always covers the whole name: * stands for anything, ? for one byte.')]
  if (scanned.negated) return [onToken(token, 'An exclamation mark does not negate: it is matched literally.', 'Keys cannot be taken away by a rule; list what is granted instead.')]
  return []
}

/** Patterns written with a shell's or a regular expression's habits. */
export const shellGlob: Advice = {
  code: 'shell-glob',
  severity: 'warning',
  check: ({ tokens }) =>
    tokens.flatMap((token) => {
      const pattern = keyRule(token)?.pattern ?? channelPattern(token)
      return pattern === null || pattern === undefined || pattern === '' ? [] : habits(token, token.text.slice(0, token.text.length - pattern.length), pattern)
    }),
}
