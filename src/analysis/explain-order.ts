import { commandSpace, type AllowedCommands } from '../acl/allowed'
import { lower, toText, type Bytes } from '../acl/bytes'
import { READ, WRITE, type Access, type Command } from '../acl/command'
import { coverOf } from './compare/cover'
import { type RuleContext, commandTitle, some } from './explain-rule'

/** More rules than this are not compared with one another. */
const MAX_RULES = 500

/**
 * What the rules beside it make of one rule: what it changes beyond those before it, and what those after it take back.
 * Sentences, none where its neighbours do not matter.
 * @param rules all rules of the same selector (or of the root), left to right, as written
 * @param at which of them
 */
export function explainOrder(rules: readonly Bytes[], at: number, context: RuleContext): string[] {
  const rule = rules[at]
  if (rule === undefined || rules.length > MAX_RULES) return []
  const reset = rules.findIndex((other, i) => i > at && lower(other) === 'reset')
  if (reset > at) return ['reset after it starts the user over, so it does nothing.']
  const word = lower(rule)
  if (/^[+-]./.test(rule) || word === 'allcommands' || word === 'nocommands') return commandOrder(rules, at, context)
  const key = keyRule(rule)
  if (key !== null) return patternOrder(rules, at, key, keyRule, 'resetkeys', '~*')
  const channel = channelRule(rule)
  if (channel !== null) return patternOrder(rules, at, channel, channelRule, 'resetchannels', '&*')
  return wordOrder(rules, at, word)
}

// Commands

/** The allowed set before each rule, and behind the last; rules that a server refuses change nothing. */
function sets(rules: readonly Bytes[], context: RuleContext): AllowedCommands[] {
  const { nothing } = commandSpace(context.table, context.behaviours)
  const all = [nothing]
  for (const rule of rules) {
    const before = all[all.length - 1] ?? nothing
    const next = /^([+-].|allcommands$|nocommands$)/i.test(rule) ? before.after(rule) : before
    all.push(lower(rule) === 'reset' ? nothing : typeof next === 'string' ? before : next)
  }
  return all
}

const runnable = (command: Command): boolean => (command.subcommands?.size ?? 0) === 0

function commandOrder(rules: readonly Bytes[], at: number, context: RuleContext): string[] {
  const all = sets(rules, context)
  const [before, after] = [all[at], all[at + 1]]
  if (before === undefined || after === undefined) return []
  const rule = rules[at] ?? ''
  const allows = !/^(-|nocommands$)/i.test(rule)
  const { nothing, everything } = commandSpace(context.table, context.behaviours)
  const alone = (allows ? nothing : everything).after(rule)
  if (typeof alone === 'string' || (allows && alone.mayHaveFirstArgs)) return []
  const commands = context.table.commands.filter(runnable)
  const touched = commands.filter(({ index }) => alone.has(index) === allows)
  const changed = touched.filter(({ index }) => before.has(index) !== allows)
  if (changed.length === 0) return [unchanged(rules, at, touched, all, allows)]
  const known = touched.length - changed.length
  const lines =
    known > 0 && touched.length > 1 && allows
      ? [`${known} of these ${known === 1 ? 'is' : 'are'} allowed by rules before it already.`]
      : []
  if (!allows && known > 0 && touched.length > 1)
    lines.push(
      `It takes away ${changed.length} that ${changed.length === 1 ? 'was' : 'were'} allowed before it: ${names(changed)}.`,
    )
  return [...lines, ...undone(rules, at, touched, all, allows)]
}

const names = (commands: readonly Command[]): string =>
  some(
    commands.map(({ name }) => commandTitle(name)),
    8,
  )

function unchanged(
  rules: readonly Bytes[],
  at: number,
  touched: readonly Command[],
  all: readonly AllowedCommands[],
  allows: boolean,
): string {
  if (!allows && rules.slice(0, at).every((rule) => !/^(\+|allcommands$)/i.test(rule)))
    return 'It changes nothing: no rule before it allows any command.'
  // The last earlier rule after which it all stood so.
  for (let i = at; i > 0; i--) {
    const stood = touched.every(({ index }) => all[i - 1]?.has(index) === allows)
    if (!stood)
      return `It changes nothing: ${toText(rules[i - 1] ?? '')} before it has ${allows ? 'allowed' : 'refused'} ${touched.length === 1 ? 'it' : 'all of it'} already.`
  }
  return `It changes nothing: ${allows ? 'all of it is allowed' : 'none of it is allowed'} before it.`
}

/** Who of the later rules turns back how much of it: each command is counted at the first rule that does, if it stays so. */
function undone(
  rules: readonly Bytes[],
  at: number,
  touched: readonly Command[],
  all: readonly AllowedCommands[],
  allows: boolean,
): string[] {
  const last = all[all.length - 1]
  const by = new Map<number, Command[]>()
  let left = touched.filter(({ index }) => last?.has(index) !== allows)
  for (let i = at + 1; i < rules.length && left.length > 0; i++) {
    const turned = left.filter(({ index }) => all[i]?.has(index) === allows && all[i + 1]?.has(index) !== allows)
    if (turned.length === 0) continue
    by.set(i, turned)
    left = left.filter((command) => !turned.includes(command))
  }
  return [...by].map(([i, commands]) => {
    const rule = toText(rules[i] ?? '')
    const verb = allows ? 'takes' : 'gives'
    const how = allows ? 'away again' : 'back'
    if (commands.length === touched.length)
      return `${rule} after it ${verb} ${touched.length === 1 ? 'it' : 'all of it'} ${how}.`
    if (commands.length <= 2) return `${rule} after it ${verb} ${names(commands)} ${how}.`
    return `${rule} after it ${verb} ${commands.length} of these ${how}: ${names(commands)}.`
  })
}

// Keys and channels

interface PatternRule {
  readonly pattern: Bytes
  readonly access: Access
}

function keyRule(rule: Bytes): PatternRule | null {
  if (lower(rule) === 'allkeys') return { pattern: '*', access: 3 }
  if (rule.startsWith('~')) return { pattern: rule.slice(1), access: 3 }
  const match = /^%([rw]{1,2})~(.*)$/is.exec(rule)
  const rights = lower(match?.[1] ?? '')
  return match
    ? {
        pattern: match[2] ?? '',
        access: ((rights.includes('r') ? READ : 0) | (rights.includes('w') ? WRITE : 0)) as Access,
      }
    : null
}

function channelRule(rule: Bytes): PatternRule | null {
  return lower(rule) === 'allchannels'
    ? { pattern: '*', access: 3 }
    : rule.startsWith('&')
      ? { pattern: rule.slice(1), access: 3 }
      : null
}

function patternOrder(
  rules: readonly Bytes[],
  at: number,
  own: PatternRule,
  read: (rule: Bytes) => PatternRule | null,
  resetWord: string,
  all: Bytes,
): string[] {
  const resetAt = rules.findIndex((rule, i) => i > at && lower(rule) === resetWord)
  if (resetAt > at) return [`${resetWord} after it takes it back.`]
  const start = rules.findLastIndex((rule, i) => i < at && (lower(rule) === resetWord || lower(rule) === 'reset')) + 1
  const others = rules.flatMap((rule, i) => {
    const other = i < start || i === at ? null : read(rule)
    return other === null ? [] : [{ ...other, rule, i }]
  })
  const everything = others.find(({ pattern, access, i }) => pattern === '*' && access === 3 && i < at)
  if (everything)
    return [`${toText(everything.rule)} before it grants everything: the server refuses a further pattern.`]
  // Channel patterns count to the letter for PSUBSCRIBE, so a wider one does not take their place.
  const wider = others.find(
    ({ pattern, access }) =>
      (access & own.access) === own.access &&
      (pattern === own.pattern || (all === '~*' && coverOf(own.pattern, [pattern])?.covered === true)),
  )
  if (wider) return [`${toText(wider.rule)} ${wider.i < at ? 'before' : 'after'} it grants all of this too.`]
  const partner = others.find(({ pattern, access }) => pattern === own.pattern && (access & own.access) !== own.access)
  return partner ? [`With ${toText(partner.rule)} it makes one pattern that gives both reading and writing.`] : []
}

// Words and passwords

/** Which later words take a word back. */
const takenBack: Readonly<Record<string, readonly string[]>> = {
  on: ['off'],
  off: ['on'],
  alldbs: ['resetdbs', 'db='],
  resetdbs: ['alldbs', 'db='],
  'sanitize-payload': ['skip-sanitize-payload'],
  'skip-sanitize-payload': ['sanitize-payload'],
}

function wordOrder(rules: readonly Bytes[], at: number, word: Bytes): string[] {
  const later = (test: (other: Bytes) => boolean): Bytes | undefined =>
    rules.slice(at + 1).find((other) => test(lower(other)))
  const says = (other: Bytes | undefined, what: string): string[] =>
    other === undefined ? [] : [`${/^[>#<!]/.test(other) ? 'A password' : toText(other)} after it ${what}.`]
  if (/^[>#]/.test(word))
    return says(
      later((other) => other === 'resetpass' || other === 'nopass'),
      'drops this password',
    )
  if (word === 'nopass')
    return says(
      later((other) => other === 'resetpass' || /^[>#]/.test(other)),
      'ends this: the password is asked for',
    )
  if (word.startsWith('db='))
    return says(
      later((other) => other.startsWith('db=') || other === 'alldbs' || other === 'resetdbs'),
      'takes its place',
    )
  if (word.startsWith('('))
    return says(
      later((other) => other === 'clearselectors'),
      'removes this selector',
    )
  if (word === 'resetkeys' || word === 'resetchannels') {
    const read = word === 'resetkeys' ? keyRule : channelRule
    const dropped = rules.slice(0, at).filter((other) => read(other) !== null)
    return dropped.length === 0 ? [] : [`It takes back ${some(dropped.map(toText), 4)}.`]
  }
  const against = takenBack[word] ?? []
  return says(
    later((other) => against.some((one) => (one === 'db=' ? other.startsWith(one) : other === one))),
    'takes it back',
  )
}
