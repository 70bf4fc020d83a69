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

/** Groups in order, with the commands of those that are open under their headings. */
export function gridRows(matrix: PermissionMatrix, open: (category: string) => boolean): readonly GridRow[] {
  return matrix.groups.flatMap(({ category, commands }): GridRow[] => {
    const isOpen = open(category)
    const heading: GridRow = { kind: 'group', id: `@${category}`, category, commands, open: isOpen }
    return isOpen
      ? [heading, ...commands.map((command): GridRow => ({ kind: 'command', id: command.name, command }))]
      : [heading]
  })
}

/** How much of a group a user may run. */
export interface Share {
  readonly allowed: number
  readonly of: number
}

/** Of the commands of a group that can be run: those that a user may. Containers of subcommands are none. */
export function shareOf({ set }: PermissionRow, commands: readonly Command[]): Share {
  const runnable = commands.filter((command) => (command.subcommands?.size ?? 0) === 0)
  return { allowed: runnable.filter((command) => set.cell(command) !== 'none').length, of: runnable.length }
}

/** What stands in a cell, and how it is read out. */
export const cells: Readonly<Record<Cell, { readonly mark: string; readonly word: string }>> = {
  all: { mark: '✓', word: 'allowed' },
  some: { mark: '◐', word: 'allowed in part' },
  none: { mark: '·', word: 'refused' },
}

/** Whether a command takes this user beyond its own rules. */
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
