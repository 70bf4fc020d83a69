import type { FileProblem } from '../server/types'
import type { Span } from '../acl/decision'
import type { Target } from '../targets/target'
import type { Edit, Finding, Fix } from './finding'

/** A line of a text with its place. */
interface Line {
  readonly text: string
  readonly from: number
}

function linesOf(text: string): Line[] {
  let from = 0
  return text.split('\n').map((text) => {
    const line = { text, from }
    from += text.length + 1
    return line
  })
}

const isComment = (line: Line): boolean => /^\s*#/.test(line.text)

/** Takes out whole lines, and of the blank lines that stood around them. */
function removeLines(text: string, lines: readonly Line[]): Edit[] {
  return lines.map((line) => ({ from: line.from, to: Math.min(line.from + line.text.length + 1, text.length), insert: '' }))
}

/** `Remove the 5 comment lines`: null where there are none. */
export function removeComments(text: string): Fix | null {
  const comments = linesOf(text).filter(isComment)
  if (comments.length === 0) return null
  return { label: comments.length === 1 ? 'Remove the comment line' : `Remove the ${comments.length} comment lines`, edits: removeLines(text, comments) }
}

const replaceToken = (span: Span, label: string, insert: string): Fix => ({ label, edits: [{ from: span.from, to: span.to, insert }] })

/** What can be done about a refused token or line, by what stands there. */
function advise(text: string, span: Span, message: string, target: Target): { readonly hint: string | null; readonly fixes: readonly Fix[] } {
  const line = linesOf(text)[span.line - 1]
  if (!line) return { hint: null, fixes: [] }
  const token = text.slice(span.from, span.to)
  const remove: Fix = { label: `Remove ${token.length > 24 ? 'this rule' : token}`, edits: [{ from: span.from > line.from ? span.from - 1 : span.from, to: span.to, insert: '' }] }
  if (isComment(line) && /should start with user keyword/.test(message)) {
    const fix = removeComments(text)
    return { hint: `${target.label} refuses comments in an ACL file; Redis 8.8 and newer accept them.`, fixes: fix ? [fix] : [] }
  }
  if (/should start with user keyword/.test(message)) {
    const trimmed = line.text.replace(/^\uFEFF/, '').trim()
    if (/^user\s/i.test(trimmed)) {
      return { hint: 'The line starts with the word user in small letters, and single spaces.', fixes: [{ label: 'Write it as users.acl wants it', edits: [{ from: line.from, to: line.from + line.text.length, insert: trimmed.replace(/\t+/g, ' ').replace(/^user +/i, 'user ') }] }] }
    }
    return { hint: 'Every line is: user, a name, rules.', fixes: [{ label: 'Remove the line', edits: removeLines(text, [line]) }] }
  }
  if (/Duplicate user/.test(message)) return { hint: 'A user has one line. Put its rules together.', fixes: [{ label: 'Remove this line', edits: removeLines(text, [line]) }] }
  if (/Adding a pattern after the \* pattern/.test(message)) return { hint: 'Everything is granted already, so a further pattern would say nothing.', fixes: [remove, replaceToken(span, token.startsWith('&') ? 'Put resetchannels before it' : 'Put resetkeys before it', `${token.startsWith('&') ? 'resetchannels' : 'resetkeys'} ${token}`)] }
  if (/password hash must be exactly 64/.test(message)) {
    return token === '#' ? { hint: 'A # starts a password hash: comments cannot stand behind rules.', fixes: [{ label: 'Remove the rest of the line', edits: [{ from: span.from - 1, to: line.from + line.text.trimEnd().length, insert: '' }] }] }
      : /^[#!][0-9a-fA-F]{64}$/.test(token) ? { hint: 'Hexadecimal digits are wanted in small letters.', fixes: [replaceToken(span, 'Write it in small letters', token.toLowerCase())] }
        : { hint: 'A hash is the SHA-256 of the password, as 64 hexadecimal digits. A password itself stands behind >.', fixes: [remove] }
  }
  if (/Unknown command or category/.test(message)) return { hint: `${target.label} has no ${token.includes('@') ? 'such category' : 'such command'}.`, fixes: token === '' ? [] : [remove] }
  if (/^["']/.test(token)) return { hint: 'users.acl knows no quotes: they are part of the word. In redis.conf they would be read.', fixes: [replaceToken(span, 'Take the quotes away', token.replace(/["']/g, ''))] }
  if (/^-[~&%]/.test(token)) return { hint: 'Keys and channels cannot be taken away by a rule: list what is granted instead.', fixes: [remove] }
  if (/[Ss]yntax error/.test(message) && token !== '' && !/\s/.test(token)) return { hint: `${target.label} does not know this rule.`, fixes: [remove] }
  return { hint: null, fixes: [] }
}

/**
 * What a server reported of a file at start or on ACL LOAD, as findings: its own words, at the token that caused them,
 * with what to do about it. A problem without a place is shown on the file's first line.
 * @param text the file that the server read
 */
export function refusals(problems: readonly FileProblem[], text: string, target: Target): Finding[] {
  const first = { source: 'users.acl', line: 1, from: 0, to: Math.max(text.indexOf('\n'), 0) } as const
  return problems.map(({ message, span }) => {
    const place = span ?? first
    return { code: 'refused', severity: 'error', message, span: place, ...advise(text, place, message, target) }
  })
}
