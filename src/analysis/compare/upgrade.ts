import { toText, type Bytes } from '../../acl/bytes'
import { neededBehaviour, parseRule } from '../../acl/rule'
import type { Target } from '../../targets/target'
import { compareFiles } from './files'
import { addToUser } from '../edit-user'
import { applyFix, type Edit } from '../diagnostic'
import { withoutRefused } from './repair'
import type { Comparison, PatternChange, SelectorChange, Upgrade, UserChange } from './types'

/**
 * What changes when another server reads the same file, and the file with rules added so that nothing does. The result
 * is compared again: `remaining` is what rules cannot make the same. Commands that the old server did not have are
 * left as the rules give them.
 */
export function compareTargets(acl: string, from: Target, to: Target, conf = ''): Upgrade {
  const before = { target: from, acl, conf }
  const comparison = compareFiles(before, { target: to, acl, conf })
  const { text, removed } = withoutRefused(acl, to)
  const repairs = removed.map((one) => `${one}: taken out, since ${to.label} refuses it.`)
  const read = compareFiles(before, { target: to, acl: text, conf })
  const { text: fixed, added } = withRules(text, read, to)
  const remaining = compareFiles(before, { target: to, acl: fixed, conf })
  return {
    from,
    to,
    comparison,
    acl: fixed,
    added,
    repairs,
    remaining,
    complete: remaining.refused.length === 0 && remaining.users.every(isOnlyNew),
  }
}

/** Tells whether all that is left are commands that one of the servers does not have, and lines that no client sends. */
function isOnlyNew({ kind, login, gained, lost, undecided, sanitize }: UserChange): boolean {
  if (kind === 'same') return true
  const usual = [...gained, ...lost].filter(({ unusual }) => !unusual)
  const isProved = usual.length + undecided.length === 0 && sanitize === null
  return kind === 'changed' && login.length === 0 && isProved
}

/** The text with rules that undo what a comparison found, at the end of the permissions that they are about. */
function withRules(
  text: string,
  { users }: Comparison,
  target: Target,
): { readonly text: string; readonly added: Upgrade['added'] } {
  const edits: Edit[] = []
  const added: { readonly user: Bytes; readonly rules: readonly Bytes[] }[] = []
  for (const change of users) {
    if (change.kind !== 'changed') continue
    for (const selector of change.selectors) {
      const rules = undoing(change, selector, target)
      const at = rules.length === 0 ? null : placeIn(text, change, selector)
      if (at === null) continue
      edits.push({ from: at, to: at, insert: rules.map((rule) => ` ${toText(rule)}`).join('') })
      added.push({ user: change.name, rules })
    }
  }
  return { text: applyFix(text, { label: '', edits: [...edits].sort((a, b) => a.from - b.from) }), added }
}

/** Rules that give back what was lost and take away what was gained, as far as the new server has rules for it. */
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

/** The end of the last rule of a selector in the text; of the user's line for root permissions without any. */
function placeIn(text: string, change: UserChange, { after }: SelectorChange): number | null {
  const selector = after === null ? null : change.after?.selectors[after]
  if (after === null || selector === null || selector === undefined) return null
  const last = selector.rules.at(-1)?.span
  if (last !== null && last !== undefined) return last.to
  return after === 0 ? (addToUser(text, change.name, ['+x'])?.edits[0]?.from ?? null) : null
}
