import type { CommandSpace } from '../../acl/allowed'
import { hasBit } from '../../acl/bit-set'
import type { Command } from '../../acl/command'

/** Categories that say nothing of what a command is for. */
const vague = new Set(['slow', 'fast', 'all'])
/** A category is worth naming where at least this part of it was seen, and this many of its commands. */
const TIGHT = 0.5
const MANY = 3

/** Rules for exactly these commands. */
export function singleRules(commands: readonly Command[]): string[] {
  return ['-@all', ...commands.map(({ name }) => `+${name.toLowerCase()}`).sort()]
}

/**
 * Rules that name categories where much of one was seen, and single commands for the rest. Dangerous commands that were
 * not seen are taken away again.
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
  // Those taken away with the category and wanted all the same.
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

/** The category that covers most of what is left, among those that are tight. */
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
