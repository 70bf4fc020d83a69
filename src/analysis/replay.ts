/**
 * Captures of client commands (MONITOR, redis-cli sessions, ACL LOG, lists of commands), and their replay against a
 * user's rules.
 */
import type { Bytes } from '../acl/bytes'
import { decide, readsEveryKey } from '../acl/check'
import type { Command, Uses } from '../acl/command'
import type { User } from '../acl/user'
import { sortRefusal } from '../keyspace/generic/sort-access'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import { looksLikeAclLog, readAclLog } from './replay/acl-log'
import {
  CaptureCollector,
  isMonitorLine,
  isPrompt,
  linesOf,
  readCommands,
  readMonitor,
  readTranscript,
  type TextLine,
} from './replay/read'
import type { Capture, CapturedLine, CaptureKind, ReplayedLine } from './replay/types'
import { sortOption } from './sort-option'
import { finish, type Steps } from './steps'

export type { Capture, CapturedLine, ReplayedLine } from './replay/types'
export { captureLimits } from './replay/read'

const leavesOut: Readonly<Record<CaptureKind, readonly string[]>> = {
  monitor: [
    'MONITOR does not show denied commands.',
    'It leaves out administrators’ commands, such as CONFIG and ACL, and the arguments of AUTH and HELLO.',
    'It does not show users.',
    'Rare operations of the application may be missing.',
  ],
  transcript: [
    'A session shows what a person typed, not what an application runs.',
    'Commands run by scripts are missing.',
  ],
  'acl-log': [
    'ACL LOG contains denied commands only.',
    'Each entry names only one key or channel of its command. The other keys are unknown, so no rules are made for them.',
    'The oldest entries are dropped (acllog-max-len), and similar ones are merged.',
  ],
  commands: ['Commands that are not listed are missing, such as those that a client library sends when it connects.'],
}

/** Detects the kind of a capture, by the form of most lines. */
function* kindOf(lines: readonly TextLine[]): Steps<CaptureKind> {
  const written: TextLine[] = []
  let monitored = 0
  for (const [i, line] of lines.entries()) {
    yield { done: i, of: lines.length }
    const trimmed = line.text.trim()
    if (trimmed === '') continue
    written.push(line)
    if (isMonitorLine(trimmed)) monitored++
  }
  if (looksLikeAclLog(written)) return 'acl-log'
  if (monitored > 0 && monitored * 2 >= written.length) return 'monitor'
  return written.some(({ text }) => isPrompt(text)) ? 'transcript' : monitored > 0 ? 'monitor' : 'commands'
}

/**
 * Parses the command lines of a capture: MONITOR's output, a redis-cli session, ACL LOG as redis-cli prints it (RESP2,
 * RESP3 or raw), or a plain list. Accepts any text and reports lines that cannot be parsed. Limited by `captureLimits`.
 */
export function readCapture(text: string, target: Target): Capture {
  return finish(readCaptureInSteps(text, target))
}

/** Same as `readCapture`, a line a step. */
export function* readCaptureInSteps(text: string, target: Target): Steps<Capture> {
  const into = new CaptureCollector()
  const lines = yield* linesOf(text, into)
  const kind = yield* kindOf(lines)
  let logins = 0
  if (kind === 'monitor') yield* readMonitor(lines, into)
  else if (kind === 'transcript') yield* readTranscript(lines, into)
  else if (kind === 'acl-log') logins = yield* readAclLog(lines, target, into)
  else yield* readCommands(lines, into)
  const skipped =
    logins === 0
      ? []
      : [
          `${logins === 1 ? 'One entry about a failed log-in was' : `${logins} entries about failed log-ins were`} skipped: they are not commands.`,
        ]
  return {
    kind,
    lines: into.lines,
    problems: into.problems,
    unread: into.unread,
    cut: into.cut,
    leavesOut: [...leavesOut[kind], ...skipped],
  }
}

/** Returns the users that a capture names (ACL LOG, sessions), with the number of their commands, most first. */
export function usersIn({ lines }: Capture): ReadonlyMap<Bytes, number> {
  const counts = new Map<Bytes, number>()
  for (const { user, count } of lines) if (user !== null) counts.set(user, (counts.get(user) ?? 0) + count)
  return new Map([...counts].sort(([, a], [, b]) => b - a))
}

/** Returns the verdict on each captured line for a user, by commands, keys, channels and databases. Runs nothing. */
export function replay(lines: readonly CapturedLine[], user: User, target: Target): ReplayedLine[] {
  return lines.map((captured) => replayLine(captured, user, target))
}

/** Returns the verdict on one captured line for a user. */
export function replayLine(captured: CapturedLine, user: User, target: Target): ReplayedLine {
  const command = commandOf(captured, target)
  if (command === undefined) return { captured, decision: null, sortRefusal: null }
  const decision = decide(user, command, captured.argv, usesOfLine(captured, command, target))
  return { captured, decision, sortRefusal: decision.allowed ? sortDenial(captured, command, user, target) : null }
}

/** Returns the keys, channels and databases that a captured line uses, as far as the capture shows them. */
export function usesOfLine({ argv, db, keys }: CapturedLine, command: Command, target: Target): Uses {
  const uses = usesOf(target, command, argv, db)
  return keys === null ? uses : { ...uses, keys }
}

/** Returns SORT's error where the user may not read every key and an option of the line needs it. */
export function sortDenial(captured: CapturedLine, command: Command, user: User, target: Target): Bytes | null {
  const option = sortOption(captured.argv, command, target)
  if (option === null) return null
  return readsEveryKey(user, command, captured.argv, usesOfLine(captured, command, target)) ? null : sortRefusal(option)
}

/** Returns the command of a captured line; undefined where the target has no such command or subcommand. */
export function commandOf({ argv }: CapturedLine, target: Target): ReturnType<Target['table']['resolve']> {
  const command = target.table.resolve(argv)
  return command !== undefined && argv.length > 1 && (command.subcommands?.size ?? 0) > 0 ? undefined : command
}
