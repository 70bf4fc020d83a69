import { fromText, toText, type Bytes } from '../../acl/bytes'
import { loadAclFile, type AclFileProblem } from '../../acl/load'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { compareFiles, hasEffect } from './files'
import { addToUser } from '../edit-user'
import { applyFix, type Edit } from '../finding'
import type { Comparison, PatternChange, SelectorChange, Upgrade, UserChange } from './types'

/** Rounds of taking out what the new server refuses; each takes out all that it reported. */
const MAX_ROUNDS = 20

/**
 * What changes when another server reads the same file, and the file with rules added so that nothing does. The result
 * is compared again: `remaining` is what rules cannot make the same. Commands that the old server did not have are
 * left as the rules give them.
 */
export function compareTargets(acl: string, from: Target, to: Target): Upgrade {
  const comparison = compareFiles({ target: from, acl }, { target: to, acl })
  const { text, repairs } = repaired(acl, to)
  const read = compareFiles({ target: from, acl }, { target: to, acl: text })
  const { text: fixed, added } = withRules(text, read, to)
  const remaining = compareFiles({ target: from, acl }, { target: to, acl: fixed })
  return { from, to, comparison, acl: fixed, added, repairs, remaining, complete: remaining.refused.length === 0 && remaining.users.every(isOnlyNew) }
}

/** Whether all that is left of a change are commands that one of the servers does not have. */
function isOnlyNew(change: UserChange): boolean {
  if (change.kind === 'same' || !hasEffect(change)) return true
  return change.kind === 'changed' && change.login.length === 0 && change.selectors.every(({ commands, patterns }) =>
    [...commands.gained, ...commands.lost].every(({ exists }) => !exists) && [...patterns.gained, ...patterns.lost].every(({ effective }) => !effective))
}

/** The text without what the server refuses, as far as it can be taken out. */
function repaired(acl: string, target: Target): { readonly text: string; readonly repairs: string[] } {
  let text = acl
  const repairs: string[] = []
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const loaded = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
    if (loaded.ok) break
    const edits = loaded.problems.flatMap((problem) => removal(text, problem) ?? [])
    if (edits.length === 0) break
    for (const { edit } of edits) repairs.push(`${toText(fromText(text.slice(edit.from, edit.to).trim()))}: taken out, since ${target.label} refuses it.`)
    text = applyFix(text, { label: '', edits: inOrder(edits.map(({ edit }) => edit)) })
  }
  return { text, repairs }
}

/** What to take out for a problem; null where that would take away more than the one thing. */
function removal(text: string, { kind, span }: AclFileProblem): { readonly edit: Edit } | null {
  const lineFrom = text.lastIndexOf('\n', span.from - 1) + 1
  const end = text.indexOf('\n', span.from)
  const lineEnd = end < 0 ? text.length : end + 1
  const line = text.slice(lineFrom, lineEnd)
  if (kind === 'not-user-line') return /^\s*(#|\/\/|;)/.test(line) ? { edit: { from: lineFrom, to: lineEnd, insert: '' } } : null
  if (kind === 'username-chars' || kind === 'unmatched-parenthesis') return null
  if (kind === 'duplicate-user') return removeEarlier(text, lineFrom, text.slice(span.from, span.to))
  return { edit: { from: text[span.from - 1] === ' ' ? span.from - 1 : span.from, to: span.to, insert: '' } }
}

/** Where a file may name a user twice, the last line counts: the one before goes. */
function removeEarlier(text: string, before: number, name: string): { readonly edit: Edit } | null {
  let from = 0
  for (const line of text.slice(0, before).split('\n')) {
    const [keyword, other] = line.trim().split(' ')
    if (keyword === 'user' && other === name) return { edit: { from, to: from + line.length + 1, insert: '' } }
    from += line.length + 1
  }
  return null
}

/** In order, and no two of the same place. */
function inOrder(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.from - b.from)
  return sorted.filter((edit, i) => i === 0 || edit.from >= (sorted[i - 1]?.to ?? 0))
}

/** The text with rules that undo what a comparison found, at the end of the permissions that they are about. */
function withRules(text: string, { users }: Comparison, target: Target): { readonly text: string; readonly added: Upgrade['added'] } {
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
  const was = before === null ? null : change.before?.selectors[before] ?? null
  const effective = (kind: PatternChange['kind'], list: readonly PatternChange[]): Bytes[] => list.flatMap((one) => (one.kind === kind && one.effective ? [one.rule] : []))
  const writable = (rule: Bytes): boolean => behaviours.hasSelectors || !rule.startsWith('%')
  const keys = effective('key', patterns.gained).length > 0 ? ['resetkeys', was?.describeKeys() ?? ''] : effective('key', patterns.lost)
  const channels = effective('channel', patterns.gained).length > 0 ? ['resetchannels', was?.describeChannels() ?? ''] : effective('channel', patterns.lost)
  return [
    ...commands.lost.filter(({ exists }) => exists).map(({ name }) => `+${name}`),
    ...commands.gained.filter(({ exists, kind, name }) => exists && kind === 'whole' && (behaviours.hasSubcommandRules || !name.includes('|'))).map(({ name }) => `-${name}`),
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
  return after === 0 ? addToUser(text, change.name, ['+x'])?.edits[0]?.from ?? null : null
}
