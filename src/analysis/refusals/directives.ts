import { directivesOf } from '../../targets/directives'
import { listSome } from '../diagnostics/facts'
import { nearest } from '../nearest'
import type { Fix } from '../diagnostic'
import { append, nameOf, rewrite, type Case, type Line, type Remedy } from './case'

/** Matches directives with a single value, possibly quoted. */
const quotable = /^(?:requirepass|masterauth|masteruser|primaryauth|primaryuser|aclfile|include|tls-[a-z-]*-pass)$/
/** Matches directives whose absence can make a server less secure. */
const guarding = new RegExp(
  String.raw`${quotable.source}|^(?:user|bind|port|protected-mode|acl-pubsub-default|rename-command|tls-.*|enable-.*|unixsocketperm)$`,
)

/** Returns the advice on an unknown directive, or one with the wrong number of values. */
export function unknownDirective(problem: Case): Remedy {
  const { line, source, target } = problem
  const written = /^\s*(\S+)/.exec(line.text)?.[1] ?? ''
  const name = written.toLowerCase()
  const accepted = directivesOf(target.id)
  // What follows = or a quote can be a password.
  const shown = /^[^="':]+/.exec(written)?.[0] ?? ''
  const called = shown === written ? written : `${shown}…`
  const removal = { label: `Remove the line of ${called}`, edits: [source.without(line)] }
  if (accepted.has(name) || name === 'rename-command')
    return { hint: `${name} takes another number of values.`, fixes: wrongNumber(problem, name, removal) }
  const meant = source.mayGuess() ? nearest(shown.toLowerCase(), [...accepted.keys(), 'user', 'rename-command']) : null
  const at = line.from + line.text.search(/\S/)
  const fix =
    meant === null || shown !== written
      ? []
      : [{ label: `Write ${meant}`, edits: [{ from: at, to: at + written.length, insert: meant }] }]
  return {
    hint: `${target.label} has no directive ${called}.`,
    fixes: guarding.test(meant ?? shown.toLowerCase()) ? fix : [...fix, removal],
  }
}

/**
 * Returns the fixes for a wrong number of values. Never removes a line without which clients could do more than the file
 * intends, such as one of requirepass or rename-command.
 */
function wrongNumber(problem: Case, name: string, removal: Fix): readonly Fix[] {
  const values = problem.line.text.trim().split(/\s+/).slice(1)
  if (name === 'rename-command') {
    const [command] = values
    return values.length === 1 && command !== undefined
      ? [append(problem, ' ""', `Turn ${command.toUpperCase()} off`)]
      : []
  }
  if (!guarding.test(name)) return [removal]
  return quotable.test(name) && values.length > 1 && !/["'\\]/.test(problem.line.text)
    ? [{ ...rewrite(problem, `"${values.join(' ')}"`), label: 'Put the value in quotes' }]
    : []
}

const isUser = ({ text }: Line): boolean => /^\s*user\s/i.test(text)

/** Returns the advice where both redis.conf and an ACL file define users. */
export function bothKinds({ source }: Case): Remedy {
  const users = source.lines.filter(isUser)
  const files = source.lines.filter(({ text }) => /^\s*aclfile\s/i.test(text))
  const names = users.map((line) => nameOf(line) ?? '')
  const withoutUsers = {
    label: `Remove ${names.length === 1 ? 'user' : 'the users'} ${listSome(names)}`,
    edits: users.map((line) => source.without(line)),
  }
  const withoutFile = { label: 'Remove aclfile', edits: files.map((line) => source.without(line)) }
  // Keeps the text that defines the default user: without a line, it has all permissions.
  const keepsUsers = users.some(({ text }) => /^\s*user\s+default\s/i.test(text))
  return {
    hint: 'Keep the users in users.acl, or here, not both.',
    fixes: keepsUsers ? [withoutFile, withoutUsers] : [withoutUsers, withoutFile],
  }
}
