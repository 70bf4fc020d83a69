import { lower, type Bytes } from './bytes'
import type { ChannelUse, Command, KeyUse } from './command'
import type { Rule } from './decision'
import { compileGlob } from './glob'
import { cString } from './rule-errors'
import type { Selector } from './selector'

/**
 * The rule that last switched a command on or off in a selector, or that lets these arguments through; null where no
 * rule ever mentioned the command, or it is open to all whatever they say (AUTH). Goes through the selector's rules from
 * the last to the first.
 */
export function commandRule(selector: Selector, command: Command, argv: readonly Bytes[]): Rule | null {
  const byRule = selector.commands.has(command.index)
  const byFirstArg = !byRule && selector.commands.allowsFirstArg(command, argv)
  if (!byRule && !byFirstArg && selector.commands.allows(command, argv)) return null
  for (const rule of [...selector.rules].reverse()) {
    const word = lower(cString(rule.text))
    if (byFirstArg) {
      if (isFirstArgRule(selector, command, word, argv)) return rule
    } else if (word === 'reset' || decides(selector, command, word)) return rule
  }
  return null
}

function isFirstArgRule(selector: Selector, command: Command, word: Bytes, argv: readonly Bytes[]): boolean {
  const bar = word.indexOf('|')
  return (
    word[0] === '+' &&
    bar > 0 &&
    selector.space.table.find(word.slice(1, bar)) === command &&
    word.slice(bar + 1) === lower(argv[1] ?? '')
  )
}

/** Whether a command rule says anything of a command. */
function decides(selector: Selector, command: Command, word: Bytes): boolean {
  if (word === '+@all' || word === '-@all' || word === 'allcommands' || word === 'nocommands') return true
  if (word[0] !== '+' && word[0] !== '-') return false
  const name = word.slice(1)
  if (name[0] === '@') {
    const bits = selector.space.category(name.slice(1))
    return bits !== undefined && ((bits[command.index >>> 5] ?? 0) & (1 << (command.index & 31))) !== 0
  }
  const named = selector.space.lookUp(name)
  return named !== undefined && (named === command || named === command.parent)
}

/** The rules whose patterns match a key and give any of the access it needs; with two of the same pattern, both. */
export function keyRules(selector: Selector, use: KeyUse): Rule[] {
  const rules = sinceLast(selector.rules, ['resetkeys', 'reset', 'allkeys', '~*'])
  return rules.filter(({ text }) => {
    const word = lower(text)
    if (word === 'allkeys' || word === '~*') return true
    const [, letters = '', pattern] = /^%?([rw]*)~([^]*)$/i.exec(text) ?? []
    if (pattern === undefined || (text[0] === '%') !== (letters !== '')) return false
    const gives = letters === '' ? 3 : (/r/i.test(letters) ? 1 : 0) | (/w/i.test(letters) ? 2 : 0)
    return (use.access === 0 || (gives & use.access) !== 0) && compileGlob(pattern).matches(use.key)
  })
}

/** The rule that grants a channel. */
export function channelRule(selector: Selector, use: ChannelUse): Rule | null {
  const rules = sinceLast(selector.rules, ['resetchannels', 'reset', 'allchannels', '&*'])
  return (
    rules.find(({ text }) => {
      const word = lower(text)
      if (word === 'allchannels' || word === '&*') return true
      if (text[0] !== '&') return false
      return use.isPattern ? text.slice(1) === use.channel : compileGlob(text.slice(1)).matches(use.channel)
    }) ?? null
  )
}

/** The rule that grants a database; null where all are granted without one. */
export function databaseRule(selector: Selector, db: number): Rule | null {
  for (const rule of [...selector.rules].reverse()) {
    const word = lower(rule.text)
    if (word === 'alldbs') return rule
    if (word === 'resetdbs' || word === 'reset') return null
    if (word.startsWith('db='))
      return word
        .slice(3)
        .split(',')
        .some((item) => Number(item) === db)
        ? rule
        : null
  }
  return null
}

/** The rules from the last of these words on, itself included. */
function sinceLast(rules: readonly Rule[], words: readonly Bytes[]): readonly Rule[] {
  const last = rules.findLastIndex(({ text }) => words.includes(lower(text)))
  return last < 0 ? rules : rules.slice(last)
}
