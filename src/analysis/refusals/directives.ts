import { directivesOf } from '../../targets/directives'
import { nearest } from '../nearest'
import type { Fix } from '../diagnostic'
import { append, rewrite, type Case, type Line, type Remedy } from './case'

/** Matches directives with a single value, possibly quoted, whose absence makes a server less secure. */
const guarded = /^(?:requirepass|masterauth|masteruser|primaryauth|primaryuser|tls-[a-z-]*-pass)$/

/** Returns the advice on an unknown directive, or one with the wrong number of values. */
export function unknownDirective(problem: Case): Remedy {
  const { line, source, target } = problem
  const written = /^\s*(\S+)/.exec(line.text)?.[1] ?? ''
  const name = written.toLowerCase()
  const accepted = directivesOf(target.id)
  const removal = { label: 'Remove the line', edits: [source.without(line)] }
  if (accepted.has(name) || name === 'rename-command')
    return { hint: `${name} takes another number of values.`, fixes: wrongNumber(problem, name, removal) }
  const meant = source.mayGuess() ? nearest(name, [...accepted.keys(), 'user', 'rename-command']) : null
  const at = line.from + line.text.search(/\S/)
  const fix =
    meant === null ? [] : [{ label: `Write ${meant}`, edits: [{ from: at, to: at + written.length, insert: meant }] }]
  return { hint: `${target.label} has no directive ${written}.`, fixes: [...fix, removal] }
}

/**
 * Returns the fixes for a wrong number of values. Never removes a line of requirepass or rename-command, without which
 * clients could do more than the file intends.
 */
function wrongNumber(problem: Case, name: string, removal: Fix): readonly Fix[] {
  const values = problem.line.text.trim().split(/\s+/).slice(1)
  if (name === 'rename-command') {
    const [command] = values
    return values.length === 1 && command !== undefined
      ? [append(problem, ' ""', `Turn ${command.toUpperCase()} off`)]
      : []
  }
  if (!guarded.test(name)) return [removal]
  return values.length > 1 && !/["'\\]/.test(problem.line.text)
    ? [{ ...rewrite(problem, `"${values.join(' ')}"`), label: 'Put the value in quotes' }]
    : []
}

const isUser = ({ text }: Line): boolean => /^\s*user\s/i.test(text)

/** Returns the advice where both redis.conf and an ACL file define users. */
export function bothKinds({ source }: Case): Remedy {
  const users = source.lines.filter(isUser)
  const files = source.lines.filter(({ text }) => /^\s*aclfile\s/i.test(text))
  const withoutUsers = {
    label: users.length === 1 ? 'Remove this user' : `Remove the ${users.length} users`,
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
