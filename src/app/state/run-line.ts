import { textAt, wordAt } from '../../acl/argv'
import { type Bytes, toText } from '../../acl/bytes'
import { diagnoseCommand } from '../../analysis/diagnostics/command-line'
import { isError } from '../../resp/reply'
import type { SimulatedServer } from '../../server/server'
import type { Connection, Exchange, Server } from '../../server/types'
import type { Console } from './Console.svelte'
import { deniedLogIn, denialAfterCheck } from './denial'
import type { Entry } from './Entry.svelte'
import type { Pace } from './pace'
import { typedWords } from './words'

const loginCommands = new Set(['auth', 'hello', 'reset'])

/** Milliseconds for which a script may go on before the server is left busy with it. */
const SCRIPT_PATIENCE = 500

/** Commands that run a script, or store one that others can run. */
const scripts = new Set([
  'eval',
  'eval_ro',
  'evalsha',
  'evalsha_ro',
  'fcall',
  'fcall_ro',
  'function|load',
  'function|restore',
  'script|load',
])

/** The words of a line without how many times to run it; null where its quotes are not closed, or it is blank. */
export function commandOf(line: string): readonly Bytes[] | null {
  const words = typedWords(line)
  return words === null || words.length === 0 ? null : repeated(words.map((word) => word.text)).argv
}

/** Tells whether a line runs a script, or stores one. */
export function isScriptLine(line: string, server: SimulatedServer | null): boolean {
  const argv = commandOf(line)
  const command = argv === null ? undefined : server?.lookup(argv).command
  return command !== undefined && scripts.has(command.name)
}

/** redis-cli runs a line that starts with a number that many times; here at most a hundred. */
function repeated(argv: readonly Bytes[]): { readonly argv: readonly Bytes[]; readonly times: number } {
  const times = /^[1-9][0-9]*$/.test(textAt(argv, 0)) && argv.length > 1 ? Number(argv[0]) : 0
  return times === 0 ? { argv, times: 1 } : { argv: argv.slice(1), times: Math.min(times, 100) }
}

/** Returns the number of words that name the command; 0 where there is no such command. */
function nameLength(server: SimulatedServer, argv: readonly Bytes[]): number {
  const { command, container } = server.lookup(argv)
  return command === undefined ? (container === null ? 0 : 1) : command.parent === null ? 1 : 2
}

/** Loads what the command needs; false, and said so, where it cannot be had. */
async function prepared(server: Server, entry: Entry): Promise<boolean> {
  const preparation = server.prepare(entry.argv)
  if (preparation === null) return true
  entry.waiting = true
  try {
    await preparation
    return true
  } catch {
    entry.said('The part of the page that runs this command could not be loaded. Check the connection and try again.')
    return false
  } finally {
    entry.waiting = false
  }
}

/** Pauses between two turns of a command where it is time to; true where there is to be no other. */
async function mustStop(pace: Pace, entry: Entry): Promise<boolean> {
  if (pace.isDue) {
    entry.waiting = true
    await pace.breath()
    // The connection was closed meanwhile.
    if (!entry.waiting) return true
    entry.waiting = false
  }
  return pace.isOver || pace.stopped
}

/**
 * Goes on with a script that the server paused, with pauses for the page: a server need not be busy, and refuse the next
 * commands, for what a real one does in an instant.
 */
async function finishScript(server: SimulatedServer, entry: Entry, pace: Pace): Promise<void> {
  const start = performance.now()
  while (entry.waiting && server.scripting.isBusy && performance.now() - start < SCRIPT_PATIENCE && !pace.stopped) {
    await pace.breath()
    if (entry.waiting) server.tick()
  }
}

/** A line that ran, or that did not, since its connection is closed. */
export interface Observed {
  readonly entry: Entry
  /** The user that was logged in before. */
  readonly user: Bytes | null
  readonly connection: Connection
  /** Null where the connection was refused or closed before. */
  readonly exchange: Exchange | null
}

/** Runs an entry's line on its console's connection, as redis-cli would, and writes what came of it into the entry. */
export async function runLine(
  server: SimulatedServer | null,
  one: Console,
  entry: Entry,
  pace: Pace,
  observe?: ((observed: Observed) => void) | null,
): Promise<void> {
  const words = typedWords(entry.line)
  if (words === null) return entry.said('Invalid argument(s)')
  const { connection } = one
  if (server === null) return entry.said('Could not connect to Redis at 127.0.0.1:6379: Connection refused')
  const { argv, times } = repeated(words.map((word) => word.text))
  if (connection === null || connection.closed) {
    entry.argv = argv
    if (connection !== null) observe?.({ entry, user: connection.user, connection, exchange: null })
    return entry.said(connection?.refused ?? 'Error: Server closed the connection')
  }
  entry.argv = argv
  entry.named = nameLength(server, argv)
  if (!(await prepared(server, entry))) return
  const { user, db } = connection
  const diagnostics = diagnoseCommand(argv, server.users, server.target)
  for (let turn = 0; turn < times && !connection.closed && !entry.waiting; turn++) {
    if (turn > 0 && (await mustStop(pace, entry))) {
      entry.said(`Stopped after ${turn} of ${times} times.`, false)
      break
    }
    if (connection.closed) break
    const expected =
      user === null ? deniedLogIn(server, argv) : denialAfterCheck(server, server.judge(user, argv, { db }), one.origin)
    entry.isQueued = connection.inMulti
    const exchange = connection.send(argv)
    observe?.({ entry, user, connection, exchange })
    const isDenied = expected !== null && exchange.replies.some(isError)
    entry.decided(exchange.decision, user, db, isDenied ? expected : null)
    entry.answered(exchange.replies, connection.protocol)
    entry.waiting = exchange.blocked
    if (exchange.blocked) await finishScript(server, entry, pace)
    if (loginCommands.has(wordAt(argv, 0)) && argv.length > 1) {
      entry.login = exchange.replies.some(isError) || connection.user === null ? null : toText(connection.user)
    }
  }
  if (entry.wasAllowed) entry.diagnostics = diagnostics
  one.refresh()
}
