import { fromText, toText } from '../../acl/bytes'
import { parseRule, readRoles } from '../../acl/rule'
import { nearest } from '../nearest'
import { listSome } from '../diagnostics/facts'
import { named, remove, write, type Case, type Remedy } from './case'

/** Returns the advice on `role=` with a name that no line defines. */
export function unknownRole(problem: Case): Remedy {
  const { token, source, target } = problem
  const defined = new Set(source.lines.flatMap(({ text }) => /^[ \t\r]*role (\S+)/.exec(text)?.[1] ?? []))
  const rule = parseRule(fromText(token))
  const names = rule.kind === 'roles' ? readRoles(rule.list, () => true) : []
  const wanted = typeof names === 'string' ? [] : names.map(toText)
  const unknown = wanted.filter((name) => !defined.has(name))
  if (defined.size === 0)
    return {
      hint: `No line of this file defines a role. ${target.label} expects role ${named(unknown[0] ?? 'NAME')} and its rules on a line.`,
      fixes: remove(problem),
    }
  const meant = wanted.map((name) => (defined.has(name) ? name : nearest(name, defined)))
  const known = wanted.filter((name) => defined.has(name))
  const readings = [...(meant.every((name) => name !== null) ? [meant] : []), ...(known.length > 0 ? [known] : [])]
  const rules = new Set(readings.map((list) => `role=${[...new Set(list)].join(',')}`))
  return {
    hint: `There is no role ${listSome(unknown.map(named))}: this file defines ${listSome([...defined].map(named))}.`,
    fixes: [...[...rules].map((rule) => write(problem, rule)), ...(known.length > 0 ? [] : remove(problem))],
  }
}

/** The advice on roles for a server that has none. */
export const noRoles =
  'Roles come with Valkey 9.2. For other servers, expand them: acl-playground roles users.acl --expand'

/** Handles `role=reader` and `resetroles` on servers without roles. */
export function rolesLacking(problem: Case): Remedy | null {
  const rule = parseRule(fromText(problem.token))
  const isOfRoles = rule.kind === 'roles' || (rule.kind === 'reset' && rule.of === 'roles')
  return isOfRoles && !problem.target.behaviours.hasRoles ? { hint: noRoles, fixes: remove(problem) } : null
}
