import type { Bytes } from '../../acl/bytes'
import { accessOf, READ, WRITE, type Access, type Command, type CommandTable } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import type { Target } from '../../targets/target'
import { usesOf } from '../../targets/uses'

/** What a command can do to a key, and what the ACL wants for it. */
export interface KeyNeed {
  readonly command: Command
  /** What one pattern must give. */
  readonly needs: Access
  /** What the command does: before 7.0 the ACL does not tell reading from writing, but the command still does either. */
  readonly does: Access
}

/** Commands whose key specs depend on their other arguments, each with lines that need as little as they can. */
const smallest: Readonly<Record<string, readonly (readonly Bytes[])[]>> = {
  set: [
    ['set', 'k', 'v'],
    ['set', 'k', 'v', 'get'],
  ],
  bitfield: [
    ['bitfield', 'k', 'get', 'u8', '0'],
    ['bitfield', 'k', 'set', 'u8', '0', '1'],
  ],
  delex: [
    ['delex', 'k'],
    ['delex', 'k', 'ifeq', 'v'],
  ],
}

const known = new WeakMap<CommandTable, readonly KeyNeed[]>()

/** Everything that commands of a target can do to keys, in the table's order. */
export function keyNeeds(target: Target): readonly KeyNeed[] {
  let needs = known.get(target.table)
  if (needs === undefined)
    known.set(target.table, (needs = target.table.commands.flatMap((command) => needsOf(target, command))))
  return needs
}

function needsOf(target: Target, command: Command): KeyNeed[] {
  if (!target.behaviours.hasKeySpecs) {
    const byFlags: Access = command.flags.has('write') ? WRITE : command.flags.has('readonly') ? READ : 0
    const hasKeys = command.firstKey !== 0 || command.flags.has('movablekeys')
    return hasKeys && byFlags !== 0 ? [{ command, needs: 0, does: byFlags }] : []
  }
  const lines = smallest[command.name]
  const accesses =
    lines !== undefined
      ? lines.flatMap((argv) => usesOf(target, command, argv, 0).keys.map(({ access }) => access))
      : command.keySpecs.filter(({ flags }) => !flags.includes('not_key')).map((spec) => accessOf(spec.flags))
  // What needs no access (EXISTS, TYPE, STRLEN) learns about a key, but not its value.
  return [...new Set(accesses)].filter((needs) => needs !== 0).map((needs) => ({ command, needs, does: needs }))
}

/** Whether a selector allows a command on this key, patterns aside: a first-argument rule may allow it for this key alone. */
export function allowsOn(selector: Selector, command: Command, key: Bytes): boolean {
  if (selector.commands.has(command.index)) return true
  return selector.commands.allows(command, [
    command.name,
    command.firstKey > 1 ? (selector.commands.firstArgs.get(command.index)?.[0] ?? '') : key,
  ])
}

/** Whether one single key pattern of a selector gives this access to a key. */
export function givesAccess(selector: Selector, key: Bytes, access: Access): boolean {
  return (
    selector.allKeys || selector.keys.some((pattern) => (pattern.access & access) === access && pattern.matches(key))
  )
}
