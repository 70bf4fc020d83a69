import { hasBit, putAll, putBit, type BitSet } from './bit-set'
import { compareBytes, type Bytes } from './bytes'
import type { AllowedCommands, CommandSpace } from './allowed'
import type { Command } from './command'

/**
 * Returns the allowed commands as a server prints them: `-@all +@read -get`. Servers from 7.2 on print the rules that
 * they kept; earlier ones derive rules from the set (ACLDescribeSelectorCommandRules).
 */
export function describeCommands(set: AllowedCommands): Bytes {
  let text = described.get(set)
  if (text === undefined) {
    const rules = set.space.behaviours.keepsRuleHistory ? set.history : fittedRules(set)
    text = [set.future ? '+@all' : '-@all', ...rules].join(' ')
    described.set(set, text)
  }
  return text
}

const described = new WeakMap<AllowedCommands, Bytes>()

/**
 * Returns rules that make the set from `-@all` (or `+@all`): first the categories that fit best, one after the other,
 * then single commands for the rest. A category fits if more of its commands are wanted than not; the best has the
 * fewest that are not, then the most that are.
 */
function fittedRules(set: AllowedCommands): readonly Bytes[] {
  const { space } = set
  const adds = !set.future
  const sign = adds ? '+' : '-'
  const rules: Bytes[] = []
  const left = set.bits.slice()
  const made = adds ? space.nothing.bits.slice() : space.everything.bits.slice()
  const candidates = new Set(space.table.categories)
  for (;;) {
    const best = bestCategory(space, candidates, left, adds)
    if (best === null) break
    candidates.delete(best)
    const mask = space.category(best)
    if (mask === undefined) break
    putAll(made, mask, adds)
    putAll(left, mask, !adds)
    rules.push(`${sign}@${best}`)
  }
  for (const command of commandsInPrintingOrder(space)) {
    const wanted = set.has(command.index)
    if (wanted !== hasBit(made, command.index)) {
      rules.push((wanted ? '+' : '-') + command.name)
      putBit(made, command.index, wanted)
      for (const sub of command.subcommands?.values() ?? []) putBit(made, sub.index, wanted)
    }
    if (!wanted) for (const arg of set.firstArgs.get(command.index) ?? []) rules.push(`+${command.name}|${arg}`)
  }
  return rules
}

function bestCategory(space: CommandSpace, names: Iterable<string>, bits: BitSet, adds: boolean): string | null {
  let best: string | null = null
  let fewest = Infinity
  let most = 0
  for (const name of names) {
    let on = 0
    let off = 0
    for (const { index } of space.table.inCategory(name) ?? []) {
      if (hasBit(bits, index)) on++
      else off++
    }
    const [same, different] = adds ? [on, off] : [off, on]
    if (same > different && (different < fewest || (different === fewest && same > most))) {
      best = name
      fewest = different
      most = same
    }
  }
  return best
}

/** Sorts commands by name, a container before its subcommands. Servers print them in the order of a hash table, which changes with every start. */
function commandsInPrintingOrder(space: CommandSpace): readonly Command[] {
  let commands = ordered.get(space)
  if (commands === undefined)
    ordered.set(space, (commands = [...space.table.commands].sort((a, b) => compareBytes(a.name, b.name))))
  return commands
}

const ordered = new WeakMap<CommandSpace, readonly Command[]>()
