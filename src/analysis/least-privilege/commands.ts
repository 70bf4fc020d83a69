import type { CommandSpace } from '../../acl/allowed'
import { hasBit } from '../../acl/bit-set'
import type { Command } from '../../acl/command'

/** Categories that are unrelated to the purpose of a command. */
const vague = new Set(['slow', 'fast', 'all'])
/** A category is used where at least this share of its commands was seen, and at least this number. */
const TIGHT = 0.5
const MANY = 3

/** Returns rules for exactly these commands. */
export function singleRules(commands: readonly Command[]): string[] {
  return ['-@all', ...commands.map(({ name }) => `+${name.toLowerCase()}`).sort()]
}

/**
 * Returns rules that allow categories of which many commands were seen, and single commands for the others. Denies
 * dangerous commands that were not seen.
 */
export function categoryRules(commands: readonly Command[], space: CommandSpace): string[] {
  const left = new Set(commands)
  const chosen: string[] = []
  for (;;) {
    const best = bestCategory(left, new Set(commands), chosen, space)
    if (best === null) break
    chosen.push(best)
    for (const command of membersOf(best, space)) left.delete(command)
  }
  const granted = new Set(chosen.flatMap((name) => membersOf(name, space)))
  const dangerous = [...granted].some(
    (command) => command.categories.includes('dangerous') && !commands.includes(command),
  )
  // Dangerous commands that were seen, and that -@dangerous would deny.
  const again = dangerous
    ? commands.filter((command) => granted.has(command) && command.categories.includes('dangerous'))
    : []
  const singles = [...new Set([...again, ...left])].map(({ name }) => `+${name.toLowerCase()}`).sort()
  return ['-@all', ...chosen.map((name) => `+@${name}`), ...(dangerous ? ['-@dangerous'] : []), ...singles]
}

function membersOf(category: string, space: CommandSpace): Command[] {
  const bits = space.category(category)
  return bits === undefined ? [] : space.table.commands.filter(({ index }) => hasBit(bits, index))
}

/** Returns the category that covers most of the remaining commands, among those of which enough was seen. */
function bestCategory(
  left: ReadonlySet<Command>,
  wanted: ReadonlySet<Command>,
  chosen: readonly string[],
  space: CommandSpace,
): string | null {
  let best: string | null = null
  let most = MANY - 1
  for (const name of space.table.categories) {
    if (vague.has(name) || chosen.includes(name)) continue
    const members = membersOf(name, space).filter((command) => (command.subcommands?.size ?? 0) === 0)
    const covered = members.filter((command) => left.has(command)).length
    const seen = members.filter((command) => wanted.has(command)).length
    if (covered > most && seen >= members.length * TIGHT) {
      best = name
      most = covered
    }
  }
  return best
}
