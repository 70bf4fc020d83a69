import type { Bytes } from '../../../acl/bytes'
import { READ, WRITE, type Access as KeyAccess } from '../../../acl/command'
import type { Decision, Rule } from '../../../acl/decision'
import { compileGlob } from '../../../acl/glob'
import { channelGrant, isCommandRule, keyGrant, parseRule, printKey } from '../../../acl/rule'
import { patternOutside } from '../../../proof/inclusion'
import { union } from '../../../proof/language'
import type { Need } from '../../../proof/reached'
import { performedAccess } from '../../../targets/performed-access'
import type { Question } from '../outcome'
import { changed, scopeOf } from './user-line'

/** A way to change a pattern that a statement forbids, or to deny the command that uses it. */
export type Means =
  /** Replaces a pattern by those that the statement names, where it includes them. */
  | 'narrow'
  /** Takes reading or writing from a key pattern. */
  | 'less-access'
  | 'remove-pattern'
  | 'deny-command'
  /** Denies a category that the statement names. */
  | 'deny-category'
  /** Allows only the commands that the statement names. */
  | 'only-commands'

/** Returns the means for a statement that is broken by a command line, as lists to try one after the other. */
export function meansFor({ access, verb }: Question): readonly (readonly Means[])[] {
  switch (access.kind) {
    case 'keys':
      return [
        ['narrow', 'less-access', 'remove-pattern'],
        ['narrow', 'remove-pattern'],
      ]
    case 'channels':
      return [['narrow', 'remove-pattern']]
    case 'run':
      if (verb === 'can only') return [['only-commands', 'narrow', 'remove-pattern']]
      return access.keys === null
        ? [['deny-category', 'deny-command'], ['deny-command']]
        : [['deny-category', 'deny-command'], ['deny-command'], ['remove-pattern']]
    default:
      return []
  }
}

/**
 * Returns the user's rules after a change by which its selector no longer allows a command line that a statement forbids;
 * null where none of the means applies.
 */
export function restricted(
  question: Question,
  rules: readonly Bytes[],
  decision: Decision,
  means: readonly Means[],
): Bytes[] | null {
  const patterns = forbiddenBy(question, decision)
  // An escalation, or a command that the statement forbids whatever its keys.
  const isAboutCommand = patterns.length === 0
  const possible = isAboutCommand && question.access.kind !== 'run' ? (['deny-command'] as const) : means
  for (const one of possible) {
    const found =
      one === 'deny-command' || one === 'deny-category' || one === 'only-commands'
        ? withoutCommand(question, rules, decision, one)
        : withoutPattern(question, rules, decision, patterns, one)
    if (found !== null) return found
  }
  return null
}

/** Returns the rules that grant the keys or channels of a command line that a statement forbids. */
function forbiddenBy({ access, verb, subject }: Question, { selectors, decidedBy, command, argv }: Decision): Rule[] {
  const check = selectors[decidedBy]
  if (check === undefined) return []
  const names =
    access.kind === 'run' ? access.keys : access.kind === 'keys' || access.kind === 'channels' ? access.patterns : null
  if (names === null) return []
  const globs = names.map((pattern) => compileGlob(pattern))
  const isForbidden = (name: Bytes): boolean => globs.some((glob) => glob.matches(name)) === (verb === 'cannot')
  if (access.kind === 'channels')
    return check.channels.flatMap(({ grantedBy, use }) =>
      grantedBy !== null && (use.isPattern || isForbidden(use.channel)) ? [grantedBy] : [],
    )
  const need = access.kind === 'keys' ? access.need : 'access'
  const uses = check.keys.map(({ use }) => use)
  const performed = performedAccess(subject.target, command, argv, uses)
  return check.keys.flatMap(({ use, grantedBy }, i) =>
    (need === 'access' || ((performed[i] ?? 0) & accessFor(need)) !== 0) && isForbidden(use.key) ? grantedBy : [],
  )
}

const accessFor = (need: Exclude<Need, 'access'>): KeyAccess => (need === 'read' ? READ : WRITE)

function withoutPattern(
  { access, verb, subject }: Question,
  rules: readonly Bytes[],
  { decidedBy }: Decision,
  grants: readonly Rule[],
  means: 'narrow' | 'less-access' | 'remove-pattern',
): Bytes[] | null {
  const scope = scopeOf(rules, decidedBy)
  if (scope === null) return null
  const texts = new Set(grants.map(({ text }) => text))
  const at = scope.rules.findLastIndex((text) => texts.has(text))
  const text = scope.rules[at]
  if (text === undefined) return null
  const replaced = (by: readonly Bytes[]): Bytes[] | null => changed(rules, decidedBy, { kind: 'replace', at, by })
  if (means === 'remove-pattern') return replaced([])
  const rule = parseRule(text)
  const key = keyGrant(rule)
  if (means === 'less-access') {
    if (key === null || access.kind !== 'keys' || access.need === 'access') return null
    if (!subject.target.behaviours.hasSelectors) return null
    const left = (key.access & ~accessFor(access.need)) as KeyAccess
    return left === 0 ? null : replaced([printKey(key.pattern, left)])
  }
  const named = access.kind === 'run' ? access.keys : 'patterns' in access ? access.patterns : null
  const granted = key?.pattern ?? channelGrant(rule)
  if (verb !== 'can only' || named === null || granted === null) return null
  const within = named.filter((pattern) => patternOutside(pattern, union([granted])).kind === 'included')
  const written = within.map((pattern) => (key === null ? `&${pattern}` : printKey(pattern, key.access)))
  const missing = written.filter((one) => !scope.rules.includes(one))
  return within.length === 0 ? null : replaced(missing)
}

/** The most commands that are allowed by name in place of others. */
const MAX_NAMED = 50

function withoutCommand(
  { access, commands, subject, verb }: Question,
  rules: readonly Bytes[],
  { decidedBy, command }: Decision,
  means: 'deny-command' | 'deny-category' | 'only-commands',
): Bytes[] | null {
  const scope = scopeOf(rules, decidedBy)
  const selector = subject.user.selectors[decidedBy]
  if (scope === null || selector === undefined) return null
  if (means === 'deny-category') {
    if (access.kind !== 'run' || verb !== 'cannot') return null
    const category = access.commands.find(
      (name) =>
        name.startsWith('@') &&
        name.toLowerCase() !== '@all' &&
        subject.target.table.inCategory(name.slice(1))?.includes(command) === true,
    )
    return category === undefined ? null : changed(rules, decidedBy, { kind: 'append', rules: [`-${category}`] })
  }
  if (means === 'only-commands') {
    if (commands.includes(command)) return null
    const allowed = commands.filter(({ index }) => selector.commands.has(index))
    if (allowed.length > MAX_NAMED) return null
    const isCommand = (text: Bytes): boolean => isCommandRule(parseRule(text))
    const first = scope.rules.findIndex(isCommand)
    let left: Bytes[] | null = [...rules]
    for (let at = scope.rules.length - 1; at >= 0 && left !== null; at--) {
      if (!isCommand(scope.rules[at] ?? '')) continue
      const by = at === first ? allowed.map(({ name }) => `+${name}`) : []
      left = changed(left, decidedBy, { kind: 'replace', at, by })
    }
    return left
  }
  const { behaviours } = subject.target
  const name = behaviours.hasSubcommandRules ? command.name : (command.parent ?? command).name
  const own = scope.rules.findLastIndex((text) => {
    const rule = parseRule(text)
    return rule.kind === 'command' && rule.allows && rule.name.toLowerCase() === name
  })
  const removed = own < 0 ? null : changed(rules, decidedBy, { kind: 'replace', at: own, by: [] })
  return removed ?? changed(rules, decidedBy, { kind: 'append', rules: [`-${name}`] })
}
