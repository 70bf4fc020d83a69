import { fromText, toText, type Bytes } from '../../acl/bytes'
import { emptyServer } from '../../analysis/compare/loaded-side'
import { describeDifference, expandRoles } from '../../analysis/roles/expand'
import { extractRoles, type ExtractedRole } from '../../analysis/roles/extract'
import { ruleLines } from '../../analysis/roles/lines'
import { diffWords, type DiffWord } from '../../analysis/simplify/words'
import type { Target } from '../../targets/target'
import type { DescribedExpansion, DescribedExtraction, DescribedRole, DescribedWord } from '../described'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'

/** Finds the roles that users share. */
export function extract(
  { acl, conf, keep, names }: Inputs['extract-roles'],
  _job: Job<'extract-roles'>,
  targets: readonly Target[],
): DescribedExtraction {
  const target = only(targets)
  const content = fromText(acl)
  const { users, databases } = emptyServer(target, fromText(conf))
  const result = extractRoles(content, users, target, {
    keep: keep === null ? null : new Set(keep.map(fromText)),
    names: new Map(names.map(([found, name]) => [fromText(found), fromText(name)])),
    databases,
  })
  switch (result.kind) {
    case 'refused':
      return { kind: 'refused', message: toText(result.message) }
    case 'undecided':
      return { kind: 'undecided', user: toText(result.user), found: result.found.map(described) }
    case 'none':
      return { kind: 'none', found: result.found.map(described) }
    case 'roles':
      return {
        kind: 'roles',
        found: result.found.map(described),
        roles: result.roles.map(described),
        lines: changedLines(content, result.content),
        content: toText(result.content),
        saved: content.length - result.content.length,
      }
  }
}

const described = ({ name, rules, users }: ExtractedRole): DescribedRole => ({
  name: toText(name),
  rules: toText(rules.join(' ')),
  users: users.map(toText),
})

/** Returns the lines of users that differ, in the order of the file. */
function changedLines(before: Bytes, after: Bytes): Extract<DescribedExtraction, { kind: 'roles' }>['lines'] {
  const next = new Map(ruleLines(after).flatMap((line) => (line.of === 'user' ? [[line.name, line.rules]] : [])))
  let line = 1
  let counted = 0
  return ruleLines(before).flatMap(({ of, name, rules, from }) => {
    for (let at = before.indexOf('\n', counted); at !== -1 && at < from; at = before.indexOf('\n', counted)) {
      line++
      counted = at + 1
    }
    const fresh = of === 'user' ? next.get(name) : undefined
    if (fresh === undefined || fresh.join(' ') === rules.join(' ')) return []
    const words = diffWords(rules, fresh)
    return [
      {
        name: toText(name),
        line,
        saved: rules.join(' ').length - fresh.join(' ').length,
        before: words.before.map(readable),
        after: words.after.map(readable),
      },
    ]
  })
}

const readable = ({ text, isOnlyHere }: DiffWord): DescribedWord => ({ text: toText(text), isOnlyHere })

/** Gives users the rules of their roles, for another server. */
export function expand(
  { acl, conf }: Inputs['expand-roles'],
  _job: Job<'expand-roles'>,
  [from, to]: readonly Target[],
): DescribedExpansion {
  if (from === undefined || to === undefined) throw new Error('The question names no two targets.')
  const result = expandRoles(fromText(acl), from, to, fromText(conf))
  switch (result.kind) {
    case 'refused':
      return { kind: 'refused', message: toText(result.message) }
    case 'none':
      return result
    case 'undecided':
      return { kind: 'undecided', user: toText(result.user) }
    case 'differs':
      return { kind: 'differs', sentence: describeDifference(result) }
    case 'expanded':
      return {
        kind: 'expanded',
        content: toText(result.content),
        roles: result.roles.length,
        users: result.users.length,
        joined: result.users.filter(({ isJoined }) => isJoined).length,
        added: result.added.map(({ user, rules }) => ({ user: toText(user), rules: toText(rules.join(' ')) })),
        hasUnusual: result.hasUnusual,
      }
  }
}
