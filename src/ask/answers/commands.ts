import { commandTitle } from '../../analysis/command-title'
import { plural } from '../../analysis/numbers'
import { runnable } from '../../analysis/permissions'
import type { SimulatedServer } from '../../server/server'
import type { OtherCategory } from '../meaning'
import type { Answer } from './answer'

/** Lists the commands of a category that are, or are not, in another one too. */
export function answerCategory({ target }: SimulatedServer, name: string, other: OtherCategory | null): Answer {
  const { table } = target
  const membersOf = (category: string): ReadonlySet<string> =>
    new Set((category === 'all' ? table.commands : (table.inCategory(category) ?? [])).map((command) => command.name))
  const [members, others] = [membersOf(name), other === null ? null : membersOf(other.name)]
  const list = runnable(table.commands)
    .filter((command) => members.has(command.name))
    .filter((command) => others === null || others.has(command.name) === other?.isIn)
    .map((command) => commandTitle(command.name))
    .sort()
  const where = other === null ? '' : other.isIn ? ` and in @${other.name}` : ` but not in @${other.name}`
  return { verdict: null, text: `${plural(list.length, 'command')} of ${target.label} in @${name}${where}.`, list }
}

/** Lists the categories of a command. */
export function answerCategories({ target }: SimulatedServer, name: string): Answer {
  const command = target.table.find(name)
  const list = (command?.categories ?? []).map((category) => `@${category}`)
  const where = list.length === 0 ? 'no category' : list.join(' ')
  return { verdict: null, text: `${commandTitle(name)} is in ${where} on ${target.label}.`, list }
}
