import { lower, toText } from '../acl/bytes'
import type { Span } from '../acl/decision'
import type { FileProblem } from '../server/types'
import { directivesOf } from '../targets/directives'
import type { Target } from '../targets/target'
import type { Edit, Finding, Fix } from './finding'
import { nearest } from './nearest'

/** A line of a text with its place. */
interface Line {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** The file that was refused, looked at once however many problems it has. */
class Source {
  readonly lines: readonly Line[]
  #comments: Fix | null | undefined

  constructor(readonly text: string) {
    let from = 0
    this.lines = text.split('\n').map((text) => {
      const line = { text, from, to: from + text.length }
      from = line.to + 1
      return line
    })
  }

  /** Removes all comment lines at once; null where there are none. */
  get comments(): Fix | null {
    if (this.#comments === undefined) {
      const lines = this.lines.filter(isComment)
      const label = lines.length === 1 ? 'Remove the comment line' : `Remove the ${lines.length} comment lines`
      this.#comments = lines.length === 0 ? null : { label, edits: lines.map((line) => this.without(line)) }
    }
    return this.#comments
  }

  /** Takes out a whole line. */
  without(line: Line): Edit {
    return { from: line.from, to: Math.min(line.to + 1, this.text.length), insert: '' }
  }
}

const isComment = (line: Line): boolean => /^\s*#/.test(line.text)

/** A problem in its place, as the advisers below look at it. */
interface Case {
  readonly source: Source
  readonly target: Target
  readonly message: string
  readonly span: Span
  readonly line: Line
  readonly token: string
}

interface Advice {
  readonly hint: string
  readonly fixes: readonly Fix[]
}

const replace = ({ span }: Case, label: string, insert: string): Fix => ({
  label,
  edits: [{ from: span.from, to: span.to, insert }],
})

/** Takes the token away, with the space before it. */
function remove({ span, line, token }: Case): Fix[] {
  const from = span.from > line.from ? span.from - 1 : span.from
  return token === ''
    ? []
    : [{ label: `Remove ${token.length > 24 ? 'this rule' : token}`, edits: [{ from, to: span.to, insert: '' }] }]
}

function notUserLine(problem: Case): Advice {
  const { line, source, target } = problem
  if (isComment(line)) {
    const fix = source.comments
    return {
      hint: `${target.label} refuses comments in an ACL file; Redis 8.8 and newer accept them.`,
      fixes: fix ? [fix] : [],
    }
  }
  const trimmed = line.text.replace(/^\uFEFF/, '').trim()
  if (!/^user\s+\S/i.test(trimmed))
    return {
      hint: 'Every line is: user, a name, rules.',
      fixes: [{ label: 'Remove the line', edits: [source.without(line)] }],
    }
  const written = trimmed.replace(/[ \t]+/g, ' ').replace(/^user/i, 'user')
  return {
    hint: line.text.startsWith('\uFEFF')
      ? 'The file starts with a byte order mark, which servers take for part of the first word: save it as UTF-8 without one.'
      : 'A line starts with the word user in small letters, and words are parted by single spaces.',
    fixes: [
      {
        label: 'Write it so',
        edits: [{ from: line.from, to: line.from + line.text.trimEnd().length, insert: written }],
      },
    ],
  }
}

function badHash(problem: Case): Advice {
  const { token, span, line } = problem
  if (token === '#') {
    const rest = { from: span.from - 1, to: line.from + line.text.trimEnd().length, insert: '' }
    return {
      hint: 'A # starts a password hash: a comment cannot stand behind rules.',
      fixes: [{ label: 'Remove the rest of the line', edits: [rest] }],
    }
  }
  return /^[#!][0-9a-fA-F]{64}$/.test(token)
    ? {
        hint: 'The digits of a hash are wanted in small letters.',
        fixes: [replace(problem, 'Write it in small letters', token.toLowerCase())],
      }
    : {
        hint: 'A hash is the SHA-256 of the password, as 64 hexadecimal digits. A password itself stands behind >.',
        fixes: remove(problem),
      }
}

function afterAll(problem: Case): Advice {
  const reset = problem.token.startsWith('&') ? 'resetchannels' : 'resetkeys'
  return {
    hint: 'Everything was granted before, so a further pattern would say nothing.',
    fixes: [...remove(problem), replace(problem, `Put ${reset} before it`, `${reset} ${problem.token}`)],
  }
}

function syntax(problem: Case): Advice | null {
  const { token, target } = problem
  if (/^["']/.test(token))
    return {
      hint: 'users.acl knows no quotes: they are part of the word. In redis.conf they would be read.',
      fixes: [replace(problem, 'Take the quotes away', token.replace(/["']/g, ''))],
    }
  const { line } = problem
  const spaced = /^(\s*user)( {2,})(?=\S)/.exec(line.text)
  if (spaced?.[1] !== undefined && spaced[2] !== undefined) {
    const from = line.from + spaced[1].length
    return {
      hint: 'Two spaces after user leave the name empty: it stands between them.',
      fixes: [{ label: 'Write one space', edits: [{ from, to: from + spaced[2].length, insert: ' ' }] }],
    }
  }
  const rights = /^(%[rw]{1,2})([^~]+)$/i.exec(token)
  if (rights && target.behaviours.hasSelectors)
    return {
      hint: 'Between % and the pattern stand the letters and a ~.',
      fixes: [replace(problem, `Write ${rights[1]}~${rights[2]}`, `${rights[1]}~${rights[2]}`), ...remove(problem)],
    }
  return token === '' || /\s/.test(token)
    ? null
    : { hint: `${target.label} does not know this rule.`, fixes: remove(problem) }
}

function unknownName(problem: Case): Advice {
  const { token, target } = problem
  if (/^-[~&%]/.test(token))
    return { hint: 'Keys and channels cannot be taken away: list what is granted instead.', fixes: remove(problem) }
  const [, sign = '', name = ''] = /^([+-]@?)(.*)$/s.exec(lower(token)) ?? []
  const category = sign.includes('@')
  const meant = nearest(name, category ? target.table.categories : target.table.commands.map((command) => command.name))
  const fix = meant === null ? [] : [replace(problem, `Write ${sign}${meant}`, `${sign}${meant}`)]
  return {
    hint: `${target.label} has no such ${category ? 'category' : 'command'}.`,
    fixes: [...fix, ...remove(problem)],
  }
}

function unknownDirective(problem: Case): Advice {
  const { line, source, target } = problem
  const name = lower(/^\s*(\S+)/.exec(line.text)?.[1] ?? '')
  const accepted = directivesOf(target.id)
  const removal = { label: 'Remove the line', edits: [source.without(line)] }
  if (accepted.has(name)) return { hint: `${name} takes another number of values.`, fixes: [removal] }
  const meant = nearest(name, [...accepted.keys(), 'user', 'rename-command'])
  const at = line.from + line.text.search(/\S/)
  const fix =
    meant === null ? [] : [{ label: `Write ${meant}`, edits: [{ from: at, to: at + name.length, insert: meant }] }]
  return { hint: `${target.label} has no directive ${name}.`, fixes: [...fix, removal] }
}

function bothKinds({ line, source }: Case): Advice {
  const label = /^\s*user\s/i.test(line.text) ? 'Remove this user' : 'Remove aclfile'
  return { hint: 'Keep the users in users.acl, or here, not both.', fixes: [{ label, edits: [source.without(line)] }] }
}

/** Writes a directive's value anew. */
function rewrite({ line }: Case, value: string): Fix {
  const [name = ''] = /^\s*\S+/.exec(line.text) ?? []
  return {
    label: `Write ${name.trim()} ${value}`,
    edits: [{ from: line.from + name.length, to: line.from + line.text.trimEnd().length, insert: ` ${value}` }],
  }
}

/** Puts what is missing at the end of the line. */
function append({ line }: Case, text: string, label: string): Fix {
  const end = line.from + line.text.trimEnd().length
  return { label, edits: [{ from: end, to: end, insert: text }] }
}

/** What to say where the server's words are these; the first that fits. */
const advisers: readonly (readonly [RegExp, (problem: Case) => Advice | null])[] = [
  [/should start with user keyword/, notUserLine],
  [
    /Duplicate user/,
    ({ source, line }) => ({
      hint: 'A user has one line: put its rules together.',
      fixes: [{ label: 'Remove this line', edits: [source.without(line)] }],
    }),
  ],
  [/Adding a pattern after the \* pattern/, afterAll],
  [/password hash must be exactly 64/, badHash],
  [/Unknown command or category/, unknownName],
  [
    /Adding a subcommand of a command already fully added/,
    (problem) => ({ hint: 'The whole command is allowed already.', fixes: remove(problem) }),
  ],
  [
    /first-arg of a subcommand/,
    (problem) => ({
      hint: 'Only one part may stand behind |.',
      fixes: [
        replace(problem, 'Allow the whole subcommand', problem.token.split('|').slice(0, 2).join('|')),
        ...remove(problem),
      ],
    }),
  ],
  [/database ID is out of range/, (problem) => ({ hint: 'Databases are numbered from 0.', fixes: remove(problem) })],
  [
    /you are trying to remove/,
    (problem) => ({ hint: 'Only a password that was added before can be removed.', fixes: remove(problem) }),
  ],
  [
    /Unmatched parenthesis/,
    (problem) => ({
      hint: 'A real server crashes on this line. A selector ends with ) at the end of its last rule.',
      fixes: [append(problem, ')', 'Close it at the end of the line')],
    }),
  ],
  [
    /Wrong format$/,
    (problem) => ({
      hint: 'A selector ends with ) at the end of its last rule.',
      fixes: [append(problem, ')', 'Close it at the end of the line')],
    }),
  ],
  [/Bad directive or wrong number of arguments/, unknownDirective],
  [/users defined in .* ACL file path is invalid/, bothKinds],
  [
    /opening file '/,
    (problem) => ({
      hint: 'There is no such file here: the one that can be edited is users.acl.',
      fixes: [rewrite(problem, 'users.acl')],
    }),
  ],
  [
    /argument must be 'yes' or 'no'/,
    (problem) => ({ hint: 'It is yes or no.', fixes: [rewrite(problem, 'yes'), rewrite(problem, 'no')] }),
  ],
  [
    /Unbalanced quotes/,
    () => ({ hint: 'What a quote opens, the same quote closes on the same line, with a blank behind it.', fixes: [] }),
  ],
  [/[Ss]yntax error/, syntax],
]

function advise(problem: Case): Advice | null {
  const adviser = advisers.find(([words]) => words.test(problem.message))
  return adviser?.[1](problem) ?? null
}

/**
 * What a server reported of a file at start or on ACL LOAD, as findings: its own words, at the token that caused them,
 * with what to do about it. A problem without a place is shown on the first line.
 * @param text the file that the server read: users.acl or redis.conf
 */
export function refusals(problems: readonly FileProblem[], text: string, target: Target): Finding[] {
  const source = new Source(text)
  return problems.map(({ message, span }) => {
    const line = source.lines[(span?.line ?? 1) - 1] ?? { text: '', from: 0, to: 0 }
    const place: Span = span ?? { source: 'users.acl', line: 1, from: line.from, to: line.to }
    const advice = advise({ source, target, message, span: place, line, token: text.slice(place.from, place.to) })
    const shown = isComment(line) && place.source === 'users.acl' ? { ...place, from: line.from, to: line.to } : place
    return {
      code: 'refused',
      severity: 'error',
      message: toText(message),
      hint: advice?.hint ?? null,
      span: shown,
      fixes: advice?.fixes ?? [],
    }
  })
}
