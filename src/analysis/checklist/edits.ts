import { toText, type Bytes } from '../../acl/bytes'
import type { Span } from '../../acl/decision'
import type { User } from '../../acl/user'
import { addToUser } from '../edit-user'
import type { Edit } from '../diagnostic'
import { rulesOf, type Facts } from './facts'
import type { ChecklistFix, ChecklistItem, ChecklistState, Evidence, FileEdits, Snippet } from './types'

/** Returns a checklist item. Drops the fix where the state is `pass`. */
export function item(
  id: ChecklistItem['id'],
  title: string,
  state: ChecklistState,
  summary: string,
  evidence: readonly Evidence[] = [],
  fix: ChecklistFix | null = null,
): ChecklistItem {
  return { id, title, state, summary, evidence, sentences: [], fix: state === 'pass' ? null : fix }
}

export function fix(text: string, edits: FileEdits | null = null, snippets: readonly Snippet[] = []): ChecklistFix {
  return { text, edits, snippets }
}

/** Returns edits sorted by offset, by file; null where there are none. */
export function edits(acl: readonly Edit[], conf: readonly Edit[] = []): FileEdits | null {
  const inOrder = (list: readonly Edit[]): Edit[] => [...list].sort((a, b) => a.from - b.from || a.to - b.to)
  return acl.length + conf.length === 0 ? null : { acl: inOrder(acl), conf: inOrder(conf) }
}

/** Returns an edit of the file that a span is in. */
export function editAt(span: Span, edit: Edit): FileEdits | null {
  return span.source === 'users.acl' ? edits([edit]) : span.source === 'redis.conf' ? edits([], [edit]) : null
}

/** Merges sets of edits; null where all are empty. */
export function together(all: readonly (FileEdits | null)[]): FileEdits | null {
  return edits(
    all.flatMap((one) => one?.acl ?? []),
    all.flatMap((one) => one?.conf ?? []),
  )
}

/**
 * Sets directives in redis.conf: replaces the last line of each name, which is the effective line, or appends a line.
 */
export function setDirectives(facts: Facts, values: Readonly<Record<string, string>>): FileEdits | null {
  const made: Edit[] = []
  const added: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const span = facts.config.spans.get(name)
    if (span === undefined) added.push(`${name} ${value}\n`)
    else made.push({ from: span.from, to: span.to, insert: `${name} ${value}` })
  }
  const end = facts.conf.length
  if (added.length > 0)
    made.push({
      from: end,
      to: end,
      insert: (facts.conf === '' || facts.conf.endsWith('\n') ? '' : '\n') + added.join(''),
    })
  return edits([], made)
}

/**
 * Adds rules at the end of a user's root permissions, in the file that defines them; null where no line defines any.
 */
export function addRulesTo(facts: Facts, user: User, rules: readonly Bytes[]): FileEdits | null {
  const last = rulesOf(user).findLast(({ span }) => span !== null)?.span
  const insert = rules.map((rule) => ` ${toText(rule)}`).join('')
  if (last !== null && last !== undefined && last.source !== 'command' && isRuleOf(facts, last))
    return editAt(last, { from: last.to, to: last.to, insert })
  const added = facts.usesAclFile ? addToUser(facts.acl ?? '', user.name, rules) : null
  return added === null ? null : edits(added.edits)
}

/** Returns false for the rule that requirepass gives the default user: rules cannot be appended to that line. */
function isRuleOf(facts: Facts, span: Span): boolean {
  return (
    span.source !== 'redis.conf' ||
    /^\s*user\s/i.test(facts.conf.slice(facts.conf.lastIndexOf('\n', span.from - 1) + 1))
  )
}

/** Adds a line at the end of users.acl; null where redis.conf defines the users. */
export function addUserLine(facts: Facts, line: string): FileEdits | null {
  if (!facts.usesAclFile || facts.acl === null) return null
  const end = facts.acl.length
  return edits([{ from: end, to: end, insert: `${facts.acl === '' || facts.acl.endsWith('\n') ? '' : '\n'}${line}\n` }])
}
