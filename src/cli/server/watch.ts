import { toText } from '../../acl/bytes'
import { asSetUser } from '../../analysis/suggest'
import { loadTarget } from '../../targets/load'
import { debugTo } from '../debug'
import { jsonText } from '../formats/json'
import { painter, plural, type Paint } from '../formats/text'
import type { Io } from '../input'
import { markFile } from '../masked'
import { onOneLine } from '../printable'
import { start } from '../subject'
import { onceAsked } from './asking'
import { withServer, type ServerConnection } from './connection'
import { adviceOn, type Advice, type LoadedUsers } from './denial-advice'
import { nodesOf, onAll, type DiscoverOptions } from './discover'
import { describeEntry, logOf, SeenEntries, textOf, type Entry } from './log-entries'
import { ConnectionLost } from './problems'
import { policyOf } from './read-policy'

export interface WatchOptions extends DiscoverOptions {
  /** Seconds after which to stop; absent: until the user ends it. */
  readonly seconds?: number
  /** Seconds between two looks at ACL LOG. */
  readonly interval: number
  /** Starts with the entries that are in the log already. */
  readonly all: boolean
  readonly format: 'text' | 'json'
}

/**
 * Prints the new entries of ACL LOG of all servers until the time is over or the user ends it, each with the smallest
 * rule for it. Connects again where a connection is lost. Throws CannotRun where a server does not show its log, or is
 * not there at the start or at the end.
 */
export async function watch(given: readonly string[], options: WatchOptions, terminal: Io): Promise<0> {
  const asking = onceAsked(terminal)
  const servers = await nodesOf(given, options, asking)
  let stop: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  void terminal.interrupted?.().then(stop)
  const io = { ...asking, interrupted: () => stopped }
  await onAll(servers, stop, (server) => watchOne(server, servers.length > 1, options, io))
  return 0
}

async function watchOne(server: string, isOneOfMany: boolean, options: WatchOptions, io: Io): Promise<void> {
  const debug = debugTo(io, options.debug === true)
  const watching = new Watch(options, io, isOneOfMany)
  for (;;) {
    try {
      await withServer(server, options, io, debug, (connection) => watching.follow(connection))
      return
    } catch (reason) {
      if (!(reason instanceof ConnectionLost) || !(await watching.lost(reason))) throw reason
      if (watching.isInterrupted) return
    }
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)))

/** The entries seen of a log, over all connections to its server. */
class Watch {
  readonly #paint: Paint
  readonly #seen = new SeenEntries()
  readonly #end: number
  readonly #interruption: Promise<void>
  isInterrupted = false
  /** Unix milliseconds of the last look at the log; null before the first. */
  #lookedAt: number | null = null
  #isLost = false

  constructor(
    readonly options: WatchOptions,
    readonly io: Io,
    /** True to name the server with each entry. */
    readonly isOneOfMany: boolean,
  ) {
    this.#paint = painter(io.color)
    this.#end = options.seconds === undefined ? Infinity : Date.now() + options.seconds * 1000
    this.#interruption = (io.interrupted?.() ?? new Promise<void>(() => undefined)).then(() => {
      this.isInterrupted = true
    })
  }

  /** Reports the entries of a connection until the time is over. */
  async follow(connection: ServerConnection): Promise<void> {
    const since = this.#lookedAt === null ? null : (Date.now() - this.#lookedAt) / 1000
    const first = this.#seen.newOf(await this.#look(connection), since)
    const { seconds } = this.options
    const at = onOneLine(connection.name)
    if (since === null)
      this.io.err(`${at}: watching ACL LOG${seconds === undefined ? '; Ctrl C stops' : ` for ${seconds} seconds`}\n`)
    else this.io.err(`${at}: connected again\n`)
    this.#isLost = false
    const reporter = new Reporter(connection, this.options, this.io, this.#paint, since !== null, this.isOneOfMany)
    if (this.options.all || since !== null) await reporter.report(first)
    while (await this.#wait()) await reporter.report(this.#seen.newOf(await this.#look(connection)))
  }

  /** Reports a lost connection and waits. Returns false where the server was never there, or the time is over. */
  async lost(problem: ConnectionLost): Promise<boolean> {
    if (this.#lookedAt === null) return false
    if (!this.#isLost)
      this.io.err(`${problem.message} Trying again every ${plural(this.options.interval, 'second')}.\n`)
    this.#isLost = true
    return (await this.#wait()) || this.isInterrupted
  }

  async #look(connection: ServerConnection): Promise<readonly Entry[]> {
    const entries = await logOf(connection)
    this.#lookedAt = Date.now()
    return entries
  }

  /** Waits for the next look. Returns false where the time is over or the user ends it. */
  async #wait(): Promise<boolean> {
    if (!this.isInterrupted && Date.now() < this.#end)
      await Promise.race([pause(Math.min(this.options.interval * 1000, this.#end - Date.now())), this.#interruption])
    return !this.isInterrupted && Date.now() < this.#end
  }
}

class Reporter {
  #loaded: LoadedUsers | null = null

  constructor(
    readonly connection: ServerConnection,
    readonly options: WatchOptions,
    readonly io: Io,
    readonly paint: Paint,
    /** True where the release and the configuration of the server were told before. */
    readonly isKnown: boolean,
    readonly isOneOfMany: boolean,
  ) {}

  async report(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const loaded = await this.#readUsers()
    for (const entry of entries) this.#print(entry, adviceOn(entry, loaded))
  }

  /** Reads the users again, since rules may have changed; the release and the configuration are told once. */
  async #readUsers(): Promise<LoadedUsers> {
    const io = this.#loaded === null && !this.isKnown ? this.io : { ...this.io, err: () => undefined }
    const { users, conf: read, target: id, version, modules } = await policyOf(this.connection, this.options, io)
    const target = await loadTarget(id, { modules, ...(version !== null && { version }) })
    const conf = read === null ? null : markFile(read, 'conf')
    const result = start({ target, acl: markFile(users.readable, 'acl', conf), conf })
    this.#loaded = { target, users, server: result.started ? result.server : null }
    return this.#loaded
  }

  #print(entry: Entry, advice: Advice): void {
    const user = textOf(entry, 'username')
    if (this.options.format === 'json') {
      const fields = ['reason', 'context', 'object', 'username', 'client-info'] as const
      this.io.out(
        `${jsonText({
          at: new Date().toISOString(),
          server: this.connection.name,
          count: Number(textOf(entry, 'count')),
          ...Object.fromEntries(fields.map((field) => [field, toText(textOf(entry, field))])),
          rules: advice.kind === 'rules' ? advice.rules.map(toText) : [],
          ...(advice.kind === 'rules' ? { whole: advice.isWhole, also: advice.also } : { note: advice.why }),
        })}\n`,
      )
      return
    }
    const client = /(?:^| )addr=(\S+)/.exec(textOf(entry, 'client-info'))?.[1] ?? ''
    const line = [
      new Date().toISOString().slice(11, 19),
      ...(this.isOneOfMany ? [onOneLine(this.connection.name)] : []),
      this.paint('bold', onOneLine(toText(user))),
      describeEntry(entry),
      ...(client === '' ? [] : [this.paint('dim', `from ${onOneLine(toText(client))}`)]),
    ].join(' ')
    this.io.out(`${line}\n  ${this.#describe(advice, user)}\n`)
  }

  #describe(advice: Advice, user: string): string {
    if (advice.kind === 'none') return onOneLine(advice.why)
    const rules = onOneLine(toText(asSetUser(user, advice.rules)))
    const also = onOneLine(advice.also)
    if (advice.isWhole) return `would be allowed by: ${rules} ${this.paint('dim', `(and ${also})`)}`
    const rest = 'the rest of the command line, which ACL LOG does not tell, may need more'
    return `needs: ${rules} ${this.paint('dim', also === 'nothing else' ? `(${rest})` : `(which allows ${also}; ${rest})`)}`
  }
}
