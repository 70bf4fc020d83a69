import type { Completion, CompletionResult } from '@codemirror/autocomplete'
import { toText } from '../acl/bytes'
import type { World } from './world'

/** A word of the language, with what it means. */
export const word = (label: string, detail?: string): Completion => ({
  label: `${label} `,
  displayLabel: label,
  type: 'flag',
  ...(detail === undefined ? {} : { detail }),
})

/** The words that start a sentence about several users. */
export const groups = [
  word('nobody', 'no user'),
  word('nobody but', 'no user except these'),
  word('only', 'no user except these'),
  word('everyone', 'every user'),
  word('everyone but', 'every user except these'),
]

/** The words that start a sentence about a role, where the target has roles. */
export const roleWords = [word('role', 'a role by itself')]
const withRole = word('with role', 'of the users who hold it')

const accesses = [
  word('read keys', 'whatever the command'),
  word('write keys', 'whatever the command'),
  word('access keys', 'in any way, EXISTS included'),
  word('run', 'commands and categories'),
  word('use channels', 'publish or receive'),
  word('use databases', 'Valkey 9.1'),
  word('reach keys', 'in any number of steps'),
]
const become = word('become', 'another user, in any number of steps')
const withoutPassword = word('log in without a password', 'nopass')

/** The words that may follow `can` in a sentence about one user, except for a command line. */
export const policyActions = [...accesses, become, withoutPassword]

const clauses = [
  word('by its own rules', 'even if it may change the rules'),
  word('from', 'where the connection comes from'),
  word('in db', 'the database it is in'),
]

const user = (label: string): Completion => ({ label: `${label} `, displayLabel: label, type: 'user' })

/**
 * Completes a sentence about every command line (`nobody but admin can …`, `app can only …`); undefined where the line is none,
 * null where nothing fits.
 * @param line up to the caret, without white space before it
 * @param from where the word at the caret starts
 */
export function completePolicy(line: string, from: number, world: World): CompletionResult | null | undefined {
  const typed = /\S*$/.exec(line)?.[0] ?? ''
  const before = line.slice(0, line.length - typed.length)
  const options = (found: readonly Completion[], validFor = /^[\w@|-]*$/): CompletionResult => ({
    from,
    options: [...found],
    validFor,
  })
  const group = /^(only|nobody|everyone)\s/.exec(line)?.[1]
  const { hasRoles } = world.target.behaviours
  const isOfRole = hasRoles && /^role\s+(?!can(?:not)?\s)/.test(line)
  const verb = /^(?:[^]*?\s)(can|cannot)(\s+only)?\s+([^]*)$/.exec(line)
  if (verb === null) {
    if (hasRoles && /^(?:role|(?:nobody|everyone)\s+with\s+role)\s+$/.test(before))
      return options(
        [...(world.roles?.keys() ?? [])].map((name) => user(toText(name))),
        /^\S*$/,
      )
    if (/^(?:nobody|everyone)\s+with\s+$/.test(before)) return options(hasRoles ? [word('role')] : [])
    if (isOfRole) return options(/^role\s+\S+\s+$/.test(before) ? [word('can'), word('cannot'), word('can only')] : [])
    if (group === undefined) return undefined
    const verbs = [word('can'), ...(group === 'everyone' ? [word('cannot')] : [])]
    const isUserNext = /(?:^only|\bbut|,)\s+$/.test(before)
    if (isUserNext) return options(world.users.map(user))
    if (/^(?:nobody|everyone)\s+$/.test(before))
      return options([word('but'), ...(hasRoles ? [withRole] : []), ...verbs])
    return options(/^(?:nobody|everyone)\s+with\s+role\s+\S+\s+$/.test(before) ? [word('but'), ...verbs] : verbs)
  }
  const [, , only, action = ''] = verb
  const start = action.slice(0, action.length - typed.length)
  if (
    group === undefined &&
    !isOfRole &&
    only === undefined &&
    !/^(?:read|write|access|reach|become|run|use|log\s+in\s+without)\s/.test(action)
  )
    return undefined
  if (!/\s/.test(action)) {
    const all = isOfRole
      ? [...(only === undefined ? [word('only'), become] : []), ...accesses]
      : only === undefined
        ? [...accesses, become, word('log in'), withoutPassword]
        : accesses
    return options(group === 'everyone' && only === undefined ? [word('only'), ...all] : all)
  }
  if (/\sfrom\s+$/.test(before)) return undefined
  if (/^become\s+\S*$/.test(action)) return options(world.users.map(user), /^\S*$/)
  if (/^(?:read|write|access|reach)\s+$/.test(start)) return options([word('keys')])
  if (/^use\s+$/.test(start)) return options([word('channels'), word('databases')])
  if (/\bon\s+$/.test(start)) return options([word('keys')])
  if (/^run\s/.test(action) && !/\son\s/.test(start)) {
    const { table } = world.target
    return options([
      ...table.categories.map((name): Completion => ({ label: `@${name}`, type: 'cat' })),
      ...table.commands.map(({ name }): Completion => ({ label: name, type: 'cmd' })),
      ...(/^run\s+$/.test(start) ? [] : [word('on keys', 'only with these keys'), ...clauses]),
    ])
  }
  if (/^log\s+in\s/.test(action)) return options([word('without a password'), clauses[1] as Completion])
  if (/^(?:become|reach)\s/.test(action))
    return options(/^reach\s+keys\s+$/.test(start) ? [] : clauses.slice(1, /^become/.test(action) ? 2 : 3))
  return options(/^(?:\S+\s+){2}$/.test(start) ? [] : clauses)
}
