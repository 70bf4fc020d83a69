import type { Bytes } from '../../../../src/acl/bytes'
import { decide } from '../../../../src/acl/check'
import type { Command } from '../../../../src/acl/command'
import type { User } from '../../../../src/acl/users'
import type { Report, UserLine } from '../../../../src/analysis/diagnostics/line'
import type { Target } from '../../../../src/targets/target'
import { usesOf } from '../../../../src/targets/uses'

export interface CommandLine {
  readonly argv: readonly Bytes[]
  readonly command: Command
}

/** Names that the generated patterns tell apart, the empty one included. */
export const names = [
  '',
  'app:',
  'app:x',
  'app:1',
  'a',
  'a:1',
  'b:1',
  'a|b',
  '{a,b}:1',
  '-x',
  'x',
  'secret',
  'k]',
  '\xc3\xa9',
]

/** 2,000 command lines or a few more: every command of the target, with names in all places. */
export function commandLines(target: Target): CommandLine[] {
  const commands = target.table.commands.filter(({ subcommands }) => (subcommands?.size ?? 0) === 0)
  const each = Math.ceil(2000 / commands.length)
  return commands.flatMap((command, n) =>
    Array.from({ length: each }, (_, i): CommandLine => {
      const name = (at: number): Bytes => names[(n + i + at * 5) % names.length] ?? ''
      const argv = [...command.name.split('|'), name(0), i % 2 === 0 ? '1' : name(1), name(2), '1', name(3)]
      return { command, argv }
    }),
  )
}

/** Whether a command line is allowed, in one of the databases at least. */
export function verdict(target: Target, user: User, argv: readonly Bytes[]): boolean {
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(`${target.id} has no ${argv.join(' ')}`)
  const databases = new Set([0, ...user.selectors.flatMap((selector) => selector.databases)])
  return [...databases].some((db) => decide(user, command, argv, usesOf(target, command, argv, db)).allowed)
}

export interface Said {
  readonly target: Target
  readonly lines: readonly CommandLine[]
  readonly text: string
  readonly line: UserLine
  readonly user: User
  readonly report: Report
  /** What the report underlines. */
  readonly place: string
}

/** The command lines that a message names in capitals. */
export const commandsIn = (text: string): string[][] =>
  (text.match(/[A-Z]{2,}(?: [A-Z]{2,})?/g) ?? []).map((name) => name.toLowerCase().split(' '))

/** A check of what a diagnostic says: throws where it is not true. */
export type Truth = (said: Said) => void

/** The token that a diagnostic underlines. */
export function tokenOf({ line, report }: Said): UserLine['tokens'][number] {
  const token = line.tokens.find(({ from }) => from === report.from)
  if (token === undefined) throw new Error(`no rule at ${report.from}`)
  return token
}

/** The pattern that a diagnostic underlines. */
export function patternOf(said: Said): Bytes {
  const { pattern } = tokenOf(said)
  if (pattern === null) throw new Error('no pattern')
  return pattern.text
}
