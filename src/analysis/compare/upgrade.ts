import { toText, type Bytes } from '../../acl/bytes'
import { neededBehaviour, parseRule } from '../../acl/rule'
import type { Target } from '../../targets/target'
import { compareFilesInSteps } from './files'
import { endOfUser } from '../edit-user'
import { applyFix, type Edit } from '../diagnostic'
import { finish, type Steps } from '../steps'
import { emptyServer } from './loaded-side'
import { withoutRoles, type WithoutRoles } from '../roles/without-roles'
import { withoutRefused } from './repair'
import type { Comparison, PatternChange, SelectorChange, Upgrade, UserChange } from './types'

/**
 * Compares one file on two servers and adds rules that preserve the permissions. The result is compared again:
 * `remaining` lists what rules cannot preserve. Commands that the old server lacks stay as the rules grant them.
 */
export function compareTargets(acl: Bytes, from: Target, to: Target, conf: Bytes = '', name = 'users.acl'): Upgrade {
  return finish(compareTargetsInSteps(acl, from, to, conf, name))
}

/** Same as `compareTargets`, a user of one of its three comparisons a step. */
export function* compareTargetsInSteps(
  acl: Bytes,
  from: Target,
  to: Target,
  conf: Bytes = '',
  name = 'users.acl',
): Steps<Upgrade> {
  function* compared(number: number, text: Bytes, before = acl): Steps<Comparison> {
    const steps = compareFilesInSteps({ target: from, acl: before, name, conf }, { target: to, acl: text, name, conf })
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      const { done, of } = step.value
      yield { done: number * of + done, of: 3 * of }
    }
  }
  const comparison = yield* compared(0, acl)
  const [old, next] = [from, to].map((target) => emptyServer(target, conf).users)
  const expanded = (server = next): WithoutRoles | null =>
    to.behaviours.hasRoles || old === undefined || server === undefined
      ? null
      : withoutRoles(acl, old, server, to.behaviours.hasSelectors)
  const { content = acl, roles = [] } = expanded() ?? {}
  const { text, removed } = withoutRefused(content, to)
  const repairs = [
    ...roles.map(
      (role) => `role ${toText(role)}: removed, since ${to.label} has no roles. Its users have its rules themselves.`,
    ),
    ...removed.map((one) => `${toText(one)}: removed, since ${to.label} rejects it.`),
  ]
  // Where users got the rules of roles, both sides have them, so that only what the server changes is undone.
  const read = yield* compared(1, text, expanded(old)?.content)
  const { text: fixed, added } = withRules(text, read, to)
  const remaining = yield* compared(2, fixed)
  return {
    from,
    to,
    comparison,
    acl: fixed,
    added,
    repairs,
    remaining,
    complete: remaining.refused.length === 0 && !remaining.users.some(isDifferent),
  }
}

/** Returns false where only commands that one of the servers lacks differ, and command lines that no client sends. */
export function isDifferent({ kind, login, gained, lost, undecided, sanitize }: UserChange): boolean {
  if (kind === 'same') return false
  const usual = [...gained, ...lost].filter(({ unusual }) => !unusual)
  const isProved = usual.length + undecided.length === 0 && sanitize === null
  return kind !== 'changed' || login.length > 0 || !isProved
}

/** Returns the text with rules that undo the differences found, each at the end of the permissions it concerns. */
function withRules(
  text: Bytes,
  { users }: Comparison,
  target: Target,
): { readonly text: Bytes; readonly added: Upgrade['added'] } {
  const edits: Edit[] = []
  const added: { readonly user: Bytes; readonly rules: readonly Bytes[] }[] = []
  for (const change of users) {
    if (change.kind !== 'changed') continue
    for (const selector of change.selectors) {
      const rules = undoing(change, selector, target)
      const at = rules.length === 0 ? null : placeIn(text, change, selector)
      if (at === null) continue
      edits.push({ from: at, to: at, insert: rules.map((rule) => ` ${rule}`).join('') })
      added.push({ user: change.name, rules })
    }
  }
  return { text: applyFix(text, { label: '', edits: [...edits].sort((a, b) => a.from - b.from) }), added }
}

/** Returns rules that restore lost permissions and remove gained ones, as far as the new server has such rules. */
function undoing(change: UserChange, { before, commands, patterns }: SelectorChange, { behaviours }: Target): Bytes[] {
  const was = before === null ? null : (change.before?.selectors[before] ?? null)
  const effective = (kind: PatternChange['kind'], list: readonly PatternChange[]): Bytes[] =>
    list.flatMap((one) => (one.kind === kind && one.effective ? [one.rule] : []))
  const writable = (rule: Bytes): boolean => {
    const needed = neededBehaviour(parseRule(rule))
    return needed === null || behaviours[needed] !== false
  }
  const keys =
    effective('key', patterns.gained).length > 0
      ? ['resetkeys', was?.describeKeys() ?? '']
      : effective('key', patterns.lost)
  const channels =
    effective('channel', patterns.gained).length > 0
      ? ['resetchannels', was?.describeChannels() ?? '']
      : effective('channel', patterns.lost)
  return [
    ...commands.lost.filter(({ exists }) => exists).map(({ name }) => `+${name}`),
    ...commands.gained
      .filter(
        ({ exists, kind, name }) =>
          exists && kind === 'whole' && (behaviours.hasSubcommandRules || !name.includes('|')),
      )
      .map(({ name }) => `-${name}`),
    ...keys.flatMap((rules) => rules.split(' ')).filter((rule) => rule !== '' && writable(rule)),
    ...(behaviours.hasChannels ? channels.flatMap((rules) => rules.split(' ')).filter((rule) => rule !== '') : []),
  ]
}

/**
 * Returns the offset of the end of a selector's last rule; of the user's line for root permissions without rules. Null for a
 * selector of a role, whose rules other users have too.
 */
function placeIn(text: Bytes, change: UserChange, { after }: SelectorChange): number | null {
  const selector = after === null ? null : change.after?.selectors[after]
  if (after === null || selector === null || selector === undefined) return null
  if (change.after?.placeOf(after).role !== null) return null
  const last = selector.rules.at(-1)?.span
  if (last !== null && last !== undefined) return last.to
  return after === 0 ? (endOfUser(text, change.name)?.at ?? null) : null
}
