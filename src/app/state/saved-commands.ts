import { type Bytes, fromText } from '../../acl/bytes'
import { OK } from '../../resp/reply'
import { effortOf } from '../../server/effort'
import type { SimulatedServer } from '../../server/server'
import { type Replay, replayOf } from '../../workspace/secrets/replay'
import type { Console } from './Console.svelte'
import { Entry } from './Entry.svelte'
import { mostEffort } from './Host.svelte'
import type { Pace } from './pace'
import { commandOf, isScriptLine } from './run-line'
import type { SessionHost } from './Session.svelte'
import { typedWords } from './words'

/** The connections as a saved session runs its commands on them. */
interface Around {
  isOpen(one: Console): boolean
  run(one: Console, line: string, pace: Pace): Promise<Entry | null>
  stopWaiting(one: Console): void
  server(): SimulatedServer | null
  connect(one: Console): void
  note(one: Console, entry: Entry, login?: string): void
  loadFile(): void
}

/** Returns what a session calls to run its commands on the connections. */
export function sessionHost(around: Around): SessionHost {
  /** The effort of each console's open transaction so far: its commands run when it ends, and count together. */
  const queued = new WeakMap<Console, number>()

  function isTooMuch(one: Console, line: string): boolean {
    const server = around.server()
    const argv = commandOf(line)
    const { connection } = one
    if (server === null || argv === null || connection === null) return false
    const effort = (connection.inMulti ? (queued.get(one) ?? 0) : 0) + effortOf(argv, server, connection.db)
    queued.set(one, effort)
    return effort > mostEffort
  }

  /** Runs a line whose password was left out: logs in by name, then does what else the line did. */
  function runLogIn(one: Console, { line, user, then }: Extract<Replay, { kind: 'login' }>): Entry {
    if (!one.connected) around.connect(one)
    const entry = one.add(new Entry('command', one.prompt, line))
    around.note(one, entry, user)
    const { connection } = one
    if (connection === null || connection.closed) {
      entry.said(connection?.refused ?? 'Error: Server closed the connection')
      return entry
    }
    const refused = connection.logInAs(fromText(user))
    entry.login = refused === null ? user : null
    const rest: readonly Bytes[] | null = then === null ? null : (typedWords(then)?.map(({ text }) => text) ?? null)
    entry.answered(
      refused !== null ? [refused] : rest === null ? [OK] : connection.send(rest).replies,
      connection.protocol,
    )
    one.refresh()
    return entry
  }

  return {
    isScript: (line) => isScriptLine(line, around.server()),
    isTooMuch,
    prepare: async (line) => {
      const argv = commandOf(line)
      // Where it cannot be loaded, the command's entry says so when it is carried out.
      await (argv === null
        ? null
        : around
            .server()
            ?.prepare(argv)
            ?.catch(() => undefined))
    },
    carryOut: async (one, saved, pace) => {
      if (one.waiting) around.stopWaiting(one)
      const replay = replayOf(saved)
      const entry = replay.kind === 'run' ? await around.run(one, replay.line, pace) : runLogIn(one, replay)
      return entry?.length ?? 0
    },
    leave: (one, { line, login }) => {
      const entry = new Entry('command', one.prompt, line)
      entry.isLeft = true
      around.note(one, one.add(entry), login ?? undefined)
    },
    loadFile: () => around.loadFile(),
    isOpen: (one) => around.isOpen(one),
  }
}
