import { fromText, type Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { hashPassword } from '../../acl/password'
import { channelGrant, keyGrant, parseRule } from '../../acl/rule'
import {
  cut,
  isAccepted,
  isHash,
  named,
  remove,
  replace,
  takesAway,
  wordAfter,
  wordBefore,
  wordsOf,
  write,
  writeBoth,
  type Case,
  type Remedy,
} from './case'
import { glued } from './glued'
import { deniedPattern } from './names'
import { rolesLacking } from './roles'
import { unsigned } from './unsigned'

/** Hashes of other kinds, which log nobody in: bcrypt, Argon2 and others of crypt, MD5, SHA-1, SHA-512, base64. */
const OTHER_HASH = /^(?:\$\w[\w-]*\$.*|\{\w+\}.*|[0-9a-f]{32,}|[\w+/-]{42,88}={0,2})$/i

/** Returns the advice on an invalid hash. */
export function badHash(problem: Case): Remedy {
  const { token, line, span } = problem
  if (token === '#') {
    const after = wordAfter(problem)
    if (after !== null && isHash(after.text))
      return {
        hint: 'Write # and the hash without a space.',
        fixes: [writeBoth(problem, after, `#${after.text.toLowerCase()}`)],
      }
    const rest = line.text.trimEnd().slice(span.from - line.from)
    return {
      hint: 'A # starts a password hash: a comment cannot follow rules.',
      fixes: [cut(problem, { from: span.from, to: span.from + rest.length }, `Remove ${named(rest)}`)],
    }
  }
  const value = token.slice(1)
  if (isHash(value))
    return {
      hint: 'The hexadecimal digits of a hash must be lowercase.',
      fixes: [replace(problem, 'Write it in lowercase', token.toLowerCase())],
    }
  if (token.startsWith('!')) return negated(problem, value)
  const hint = 'A hash is the SHA-256 of the password, as 64 hexadecimal digits. A plain-text password follows >.'
  if (value === '' || OTHER_HASH.test(value))
    return { hint: `${hint} Servers know no other hashes.`, fixes: remove(problem) }
  return {
    hint,
    fixes: [
      replace(problem, 'Take it as the password, and write its hash', `#${hashPassword(fromText(value))}`),
      ...remove(problem),
    ],
  }
}

/** Handles `!get` and `!@dangerous`, meant as a denial, and hashes to remove that are none. */
function negated(problem: Case, value: string): Remedy {
  if (/^[~&%]/.test(value)) return deniedPattern(problem)
  if (isAccepted(problem, `-${value}`))
    return { hint: 'A command or category is denied with -.', fixes: [write(problem, `-${value}`)] }
  return {
    hint: 'A ! removes a password by its hash: the SHA-256, as 64 hexadecimal digits.',
    // A line without passwords keeps none that this rule was meant to remove.
    fixes: wordsOf(problem).some(({ text }) => /^[>#]|^nopass$/i.test(text))
      ? []
      : [cut(problem, problem.span, `Remove ${named(problem.token)}`)],
  }
}

/**
 * Returns the advice on a pattern after a rule that grants everything. Where only the server's default grants it,
 * removing the pattern would grant more than the text asks for.
 */
export function afterAll(problem: Case): Remedy {
  const isChannel = problem.token.startsWith('&')
  const reset = isChannel ? 'resetchannels' : 'resetkeys'
  const grantOf = (text: string): { readonly pattern: Bytes; readonly access: Access } | null => {
    const rule = parseRule(fromText(text))
    const channel = channelGrant(rule)
    return !isChannel ? keyGrant(rule) : channel === null ? null : { pattern: channel, access: 3 }
  }
  const before = wordsOf(problem).filter(({ to }) => to <= problem.span.from)
  const granted = before.findLastIndex(({ text }) => {
    const grant = grantOf(text)
    return grant?.pattern === '*' && grant.access === 3
  })
  const first = before.slice(granted + 1).find(({ text }) => grantOf(text) !== null)
  const at = first?.from ?? problem.span.from
  const narrow = {
    label: `Put ${reset} before ${first?.text ?? 'it'}`,
    edits: [{ from: at, to: at, insert: `${reset} ` }],
  }
  if (granted >= 0)
    return {
      hint: 'Everything was granted before, so a further pattern would say nothing.',
      fixes: [narrow, ...remove(problem)],
    }
  return {
    hint: `${problem.target.label} grants a new user every channel, so a further pattern would say nothing.`,
    fixes: [narrow],
  }
}

/** Returns the advice on a syntax error. */
export function syntax(problem: Case): Remedy | null {
  const { token, target, line } = problem
  if (/^["']|["']$/.test(token)) return quoted(problem)
  if (token === '\\') return continued(problem)
  const spaced = /^(\s*user)( {2,})(?=\S)/.exec(line.text)
  if (spaced?.[1] !== undefined && spaced[2] !== undefined) {
    const from = line.from + spaced[1].length
    return {
      hint: 'Two spaces after user leave the name empty: it stands between them.',
      fixes: [{ label: 'Write one space', edits: [{ from, to: from + spaced[2].length, insert: ' ' }] }],
    }
  }
  const rights = /^(%[rw]{1,2})([^~]+)$/i.exec(token) ?? /^([rw]{1,2})~(.*)$/i.exec(token)
  if (rights && target.behaviours.hasSelectors)
    return {
      hint: 'A pattern for reading or writing alone starts with %R~ or %W~.',
      fixes: [write(problem, `%${(rights[1] ?? '').replace('%', '')}~${rights[2]}`), ...remove(problem)],
    }
  if (token === '' || /\s/.test(token)) return null
  return (
    rolesLacking(problem) ??
    joined(problem) ??
    databases(problem) ??
    listed(problem) ??
    glued(problem) ??
    unsigned(problem) ?? { hint: `${target.label} does not know this rule.`, fixes: remove(problem) }
  )
}

/** Handles rules in quotes, of which the first word and the last have one where they are several. */
function quoted(problem: Case): Remedy {
  const { token, line, span } = problem
  const hint = 'Quotes have no meaning in users.acl: they are part of the word. redis.conf would read them.'
  const bare = token.replace(/["']/g, '')
  const end =
    /^["']/.test(token) && !/.["']$/.test(token)
      ? wordsOf(problem).find(({ text, from }) => from > span.from && /["']$/.test(text))
      : undefined
  if (end === undefined)
    return {
      hint,
      fixes: bare === '' ? [cut(problem, span, `Remove ${token}`)] : [replace(problem, 'Remove the quotes', bare)],
    }
  const inside = line.text.slice(span.from - line.from + 1, end.to - 1 - line.from)
  if (inside.startsWith('>'))
    return {
      hint: `${hint} A password with spaces is written as its hash.`,
      fixes: [
        {
          ...writeBoth(problem, end, `#${hashPassword(fromText(inside.slice(1)))}`),
          label: 'Write the hash of the password',
        },
      ],
    }
  return inside.split(' ').every((rule) => isAccepted(problem, rule))
    ? { hint, fixes: [{ ...writeBoth(problem, end, inside), label: 'Remove the quotes' }] }
    : { hint: `${hint} A name or pattern cannot contain spaces.`, fixes: [] }
}

/** Handles a backslash at the end of a line, which goes on with the next one. */
function continued(problem: Case): Remedy {
  const { source, span, line } = problem
  const next = source.lines[span.line]
  const isLast = line.text.slice(span.to - line.from).trim() === ''
  const start = next === undefined || !isLast ? -1 : next.text.search(/\S/)
  return {
    hint: 'A user has one line: a backslash does not continue it.',
    fixes:
      next === undefined || start < 0
        ? [cut(problem, span, 'Remove \\')]
        : [{ label: 'Join the next line', edits: [{ from: span.from, to: next.from + start, insert: '' }] }],
  }
}

/** Handles `> pw`, `~ app:*`, `%R app:*`: the sign and its value as two words. */
function joined(problem: Case): Remedy | null {
  const { token } = problem
  const before = wordBefore(problem)
  if (before === null || !/^(?:[>#<!~&+-]|%[rw]{1,2}~?)$/i.test(before.text)) return null
  const sign = /^%[rw]+$/i.test(before.text) ? `${before.text}~` : before.text
  const isSecret = /^[><]$/.test(sign)
  const both = { from: before.from, to: problem.span.to }
  return {
    hint: `Write ${sign} and ${isSecret ? 'the password' : 'what follows it'} without a space.`,
    fixes: [
      { ...writeBoth(problem, before, sign + token), ...(isSecret && { label: 'Write the password after it' }) },
      ...(takesAway(sign) || isSecret ? [] : [cut(problem, both, `Remove ${before.text} ${named(token)}`)]),
    ],
  }
}

/** Handles `db=0;1`, `db=0-3` and numbers that no database has. Without the rule, the user would reach every database. */
export function databases(problem: Case): Remedy | null {
  const { token, target } = problem
  const list = /^db=(.*)$/is.exec(token)?.[1]
  if (list === undefined) return null
  if (!target.behaviours.hasDatabases)
    return {
      hint: `${target.label} has no rules for databases.`,
      fixes: [cut(problem, problem.span, `Remove ${named(token)}`)],
    }
  const after = list.endsWith(',') ? wordAfter(problem) : null
  if (after !== null && /^\d/.test(after.text))
    return {
      hint: 'Write the numbers of databases without spaces.',
      fixes: [writeBoth(problem, after, token + after.text)],
    }
  const numbers = list.split(/[,;/|]+/).flatMap((item) => {
    const [, first, last] = /^(\d{1,9})(?:(?:-|\.\.)(\d{1,9}))?$/.exec(item.trim()) ?? []
    if (first === undefined) return []
    const [from, to] = [Number(first), Number(last ?? first)]
    return to - from < MOST_DATABASES ? Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i) : []
  })
  return {
    hint: 'Databases are numbers from 0, separated by commas: db=0,1.',
    fixes: numbers.length === 0 ? [] : [write(problem, `db=${numbers.join(',')}`)],
  }
}

/** The most databases of a range. */
const MOST_DATABASES = 64

/** Handles `on,nopass`: several rules in one word. */
function listed(problem: Case): Remedy | null {
  const parts = problem.token.split(/[,;]+/).filter((part) => part !== '')
  if (!/[,;]/.test(problem.token) || parts.length === 0) return null
  return {
    hint: 'Rules are separated by spaces, not by commas.',
    fixes: [write(problem, parts.join(' ')), ...remove(problem)],
  }
}
