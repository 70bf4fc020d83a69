import type { Command } from '../../acl/command'
import type { Cell, PermissionMatrix, PermissionRow } from '../../analysis/permissions'

/** A line of the grid: the heading of a group, or one command. */
export type GridRow =
  | {
      readonly kind: 'group'
      readonly id: string
      readonly category: string
      readonly commands: readonly Command[]
      readonly open: boolean
    }
  | { readonly kind: 'command'; readonly id: string; readonly command: Command }

/**
 * Groups in order, with the commands of those that are open under their headings; or, `flat`, every command once, without
 * headings: a command has a line in each of its categories otherwise.
 */
export function gridRows(
  matrix: PermissionMatrix,
  open: (category: string) => boolean,
  flat = false,
): readonly GridRow[] {
  if (flat) return matrix.commands.map((command): GridRow => ({ kind: 'command', id: command.name, command }))
  return matrix.groups.flatMap(({ category, commands }): GridRow[] => {
    const isOpen = open(category)
    const heading: GridRow = { kind: 'group', id: `@${category}`, category, commands, open: isOpen }
    return isOpen
      ? [
          heading,
          ...commands.map((command): GridRow => ({ kind: 'command', id: `@${category} ${command.name}`, command })),
        ]
      : [heading]
  })
}

/** The share of a group's commands that a user may run. */
export interface Share {
  readonly allowed: number
  /** Allowed with some first arguments only. */
  readonly inPart: number
  readonly of: number
}

/** Counts the commands of a group that a user may run. */
export function shareOf({ set }: PermissionRow, commands: readonly Command[]): Share {
  const count = (cell: Cell): number => commands.filter((command) => set.cell(command) === cell).length
  return { allowed: count('all'), inPart: count('some'), of: commands.length }
}

/** A name in two parts: the first may be cut, the second tells names apart that start alike. */
export function nameParts(name: string): readonly [start: string, end: string] {
  const characters = [...name]
  return characters.length <= 8 ? [name, ''] : [characters.slice(0, -6).join(''), characters.slice(-6).join('')]
}

/** The mark of a cell, and its word for screen readers. */
export const cells: Readonly<Record<Cell, { readonly mark: string; readonly word: string }>> = {
  all: { mark: '✓', word: 'allowed' },
  some: { mark: '◐', word: 'allowed in part' },
  none: { mark: '·', word: 'denied' },
}

/** Tells whether a command takes this user beyond its own rules. */
export const escalates = (row: PermissionRow, command: Command): boolean =>
  row.escalations.some((held) => held.command === command)

/** The part of a long row of equal boxes that is in view, with a margin on both sides. */
export function inView(
  count: number,
  size: number,
  scrolled: number,
  room: number,
  margin = 6,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.floor(scrolled / size) - margin)
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((scrolled + room) / size) + margin) }
}
