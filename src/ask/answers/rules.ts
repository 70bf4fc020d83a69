import { fromText, toText, type Bytes } from '../../acl/bytes'
import { parseRule } from '../../acl/rule'
import { commandTitle } from '../../analysis/command-title'
import { compareFiles, describeUserChange } from '../../analysis/compare'
import { coverage } from '../../analysis/coverage'
import { applyFix } from '../../analysis/diagnostic'
import { addToUser } from '../../analysis/edit-user'
import { explainRule, type RuleContext } from '../../analysis/explain-rule'
import { runnable } from '../../analysis/permissions'
import { plural } from '../../analysis/numbers'
import type { SimulatedServer } from '../../server/server'
import { Users } from '../../acl/users'
import { evidence, type Answer, type Policy } from './answer'

const contextOf = ({ target }: SimulatedServer): RuleContext => ({
  label: target.label,
  table: target.table,
  behaviours: target.behaviours,
})

function meaningOf(server: SimulatedServer, rule: Bytes): string {
  const inside = parseRule(rule)
  if (inside.kind === 'selector') {
    const parts = inside.inside.split(' ').filter((word) => word !== '')
    const own = explainRule(toText(rule), contextOf(server))
    return [own.summary, own.more ?? '', ...parts.map((part) => `${toText(part)}: ${meaningOf(server, part)}`)].join(
      ' ',
    )
  }
  const { summary, more } = explainRule(toText(rule), contextOf(server))
  return more === null ? summary : `${summary} ${more}`
}

/** Explains a rule. */
export function answerRule(server: SimulatedServer, rule: Bytes): Answer {
  return { verdict: null, text: meaningOf(server, rule) }
}

/** Explains what two rules do, and which commands one is about and the other is not. */
export function answerDifference(server: SimulatedServer, [a, b]: readonly [Bytes, Bytes]): Answer {
  const told = [a, b].map((rule) => `${toText(rule)}: ${meaningOf(server, rule)}`)
  if (a === b) return { verdict: null, text: `They are the same. ${meaningOf(server, a)}` }
  const [mine, theirs] = [commandsOf(server, a), commandsOf(server, b)]
  if (mine === null || theirs === null) return { verdict: null, text: told.join(' '), list: told }
  const only = (rule: Bytes, one: ReadonlySet<string>, other: ReadonlySet<string>): string => {
    const names = [...one].filter((name) => !other.has(name)).sort()
    return `only ${toText(rule)}: ${names.length === 0 ? 'nothing' : names.map(commandTitle).join(', ')}`
  }
  const both = [...mine].filter((name) => theirs.has(name)).length
  const list = [only(a, mine, theirs), only(b, theirs, mine)]
  return { verdict: null, text: `${plural(both, 'command')} in common.`, list }
}

/** Returns the commands that a rule allows or denies; null for rules that are not about commands. */
function commandsOf({ target }: SimulatedServer, rule: Bytes): ReadonlySet<string> | null {
  const parsed = parseRule(rule)
  if (parsed.kind !== 'command' && parsed.kind !== 'category') return null
  const users = new Users(target.table, target.behaviours)
  const user = users.newUser('someone')
  const base = parsed.allows ? '-@all' : '+@all'
  if (user.apply(base) !== null || user.apply(rule) !== null) return null
  const commands = runnable(target.table.commands)
  if (user.root.commands.firstArgs.size > 0) return null
  return new Set(
    commands.filter((command) => user.root.commands.has(command.index) === parsed.allows).map(({ name }) => name),
  )
}

/** Lists the rules of the file on which nothing depends. */
export function answerNoEffect({ server, acl }: Policy): Answer {
  const { rules, refused, isPartial } = coverage(server.target, acl, [])
  if (refused !== null) return { verdict: null, text: `The server rejects the file: ${refused}` }
  const dead = [...rules].filter(({ state }) => state === 'dead')
  const list = dead.map(({ rule, name, why }) => `${toText(rule.text)} of ${toText(name)}: ${why ?? ''}`)
  const partly = isPartial ? ' There are too many rules to compare all of them.' : ''
  const count = dead.length === 0 ? 'No rule was found that has none' : `${plural(dead.length, 'rule')} without effect`
  return { verdict: null, text: `${count}.${partly}`, list, rules: evidence(dead.map(({ rule }) => rule)) }
}

/** Describes what changes if a user gets further rules, at the end of its line. */
export function answerWhatIf({ server, acl, conf }: Policy, user: Bytes, rules: readonly Bytes[]): Answer {
  const { target } = server
  const fix = addToUser(acl, user, rules)
  if (fix === null) return { verdict: null, text: `users.acl has no line for ${toText(user)}.` }
  const side = { target, conf: fromText(conf) }
  const { refused, users, same } = compareFiles(
    { ...side, acl: fromText(acl) },
    { ...side, acl: fromText(applyFix(acl, fix)) },
  )
  const [bad] = refused
  if (bad !== undefined) return { verdict: null, text: `The server rejects this: ${bad.message}` }
  const change = users.find(({ name }) => name === user)
  const list = change === undefined ? [] : describeUserChange(change)
  if (same || list.length === 0)
    return { verdict: null, text: `Nothing changes in what ${toText(user)} can do: proved over all command lines.` }
  const isKnown = list.some((line) => line.startsWith('+') || line.startsWith('-'))
  return { verdict: null, text: isKnown ? `${toText(user)} changes.` : `${toText(user)} may change.`, list }
}
