import { fromText } from '../../acl/bytes'
import type { Origin } from '../../server/types'
import type { App } from '../state/App.svelte'
import type { Console } from '../state/Console.svelte'

/** A command line, and the connection that it is to run on. */
export interface LineToRun {
  /** The user to be logged in as; null for a connection as the server opens it. */
  readonly user: string | null
  /** Null for this host. */
  readonly origin: Origin | null
  readonly db: number
  readonly line: string
}

/** Returns the console of a user and an origin, opened where there is none. */
function consoleFor(app: App, { user, origin }: LineToRun): Console {
  const { connections } = app.playground
  const place = JSON.stringify(origin ?? { kind: 'loopback' })
  const known = connections.all.find((one) => one.startsAs === user && JSON.stringify(one.origin) === place)
  return known ?? connections.open(origin ?? { kind: 'loopback' }, user)
}

/** Runs a line in a console, which is brought into view, and opens the reasons for its verdict. */
export async function runHere(app: App, wanted: LineToRun): Promise<void> {
  const { connections } = app.playground
  const one = consoleFor(app, wanted)
  connections.active = one.id
  app.layout.pane = 'console'
  // It may have logged in as somebody else since.
  const isAsWanted = wanted.user !== null && one.user === fromText(wanted.user)
  if (!one.connected || !isAsWanted || one.waiting) connections.reconnect(one)
  if (one.connection !== null && one.connection.db !== wanted.db) await connections.run(one, `SELECT ${wanted.db}`)
  const entry = await connections.run(one, wanted.line)
  if (entry === null || entry.first === null) return
  entry.open = true
  app.spotlight.toggled(entry)
}
