import type { Bytes } from '../../acl/bytes'
import { accessOf, READ, WRITE, type Access, type Command, type CommandTable } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import { formsFor } from '../../proof/forms'
import type { Target } from '../../targets/target'
import { usesOf } from '../../targets/uses'

/** One kind of access of a command to a key, and the key permission that it requires. */
export interface KeyNeed {
  readonly command: Command
  /** The access that a single pattern must grant. */
  readonly needs: Access
  /**
   * The access that the command performs: before 7.0 the ACL does not distinguish reading from writing, but the command
   * does.
   */
  readonly does: Access
}

/** Minimal command lines of commands whose key specs depend on other arguments. */
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

/** Returns every kind of key access of a target's commands, in the order of its table. */
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
  // Commands that need no access (EXISTS, TYPE, STRLEN) reveal facts about a key, but not its value.
  return [...new Set(accesses)].filter((needs) => needs !== 0).map((needs) => ({ command, needs, does: needs }))
}

/**
 * Returns true where the key patterns of a selector allow a whole line of a command: COPY needs one pattern for reading and
 * one for writing. Without `need`, any line that clients send; with it, one that accesses a key so.
 */
export function patternsAllow(
  { allKeys, keys }: Pick<Selector, 'allKeys' | 'keys'>,
  target: Target,
  command: Command,
  need: Pick<KeyNeed, 'needs' | 'does'> | null = null,
): boolean {
  if (allKeys || !target.behaviours.hasKeySpecs || keys.some(({ access }) => access === (READ | WRITE))) return true
  const given = (needs: Access): boolean => keys.some(({ access }) => (access & needs) === needs)
  return (formsFor(target, command)?.forms ?? []).some(
    ({ fixed, unusual }) =>
      !unusual &&
      (need === null || fixed.some(({ kind, does }) => kind === 'key' && does === need.does)) &&
      fixed.every(({ kind, access }) => kind !== 'key' || access === null || given(access)),
  )
}

/**
 * Returns true where a selector allows a command on this key, key patterns aside. A first-argument rule may allow it
 * for this key alone.
 */
export function allowsOn(selector: Selector, command: Command, key: Bytes): boolean {
  if (selector.commands.has(command.index)) return true
  return selector.commands.allows(command, [
    command.name,
    command.firstKey > 1 ? (selector.commands.firstArgs.get(command.index)?.[0] ?? '') : key,
  ])
}

/** Returns true where a single key pattern of a selector grants this access to a key. */
export function givesAccess(selector: Selector, key: Bytes, access: Access): boolean {
  return (
    selector.allKeys || selector.keys.some((pattern) => (pattern.access & access) === access && pattern.matches(key))
  )
}
