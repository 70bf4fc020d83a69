import { fromText, toText, type Bytes } from '../../acl/bytes'
import { replay, readCapture } from '../../analysis/replay'
import { asSetUser, suggest } from '../../analysis/suggest'
import { renderText } from '../../resp/render'
import type { Reply } from '../../resp/reply'
import type { SimulatedServer } from '../../server/server'
import { loadTarget } from '../../targets/load'
import type { Target } from '../../targets/target'
import { CannotRun } from '../cannot-run'
import { debugTo } from '../debug'
import { painter, type Paint } from '../formats/text'
import type { Io } from '../input'
import { markFile } from '../masked'
import { onOneLine } from '../printable'
import { start, type ServerOptions } from '../subject'
import { withServer, type ServerConnection } from './connection'
import type { ListedUsers } from './listed-users'
import { policyOf } from './read-policy'

export interface WatchOptions extends ServerOptions {
  /** Seconds after which to stop; absent: until the user ends it. */
  readonly seconds?: number
  /** Seconds between two looks at ACL LOG. */
  readonly interval: number
  /** Starts with the entries that are in the log already. */
  readonly all: boolean
  readonly format: 'text' | 'json'
}

/** The number of entries to ask for: the default length of the log. */
const ENTRIES = '128'

/** An entry of ACL LOG, by field. */
type Entry = ReadonlyMap<Bytes, Reply>

/**
 * Prints the new entries of ACL LOG until the time is over or the user ends it, each with the smallest rule that would
 * allow it. Throws CannotRun where the server does not show its log.
 */
export async function watch(argument: string | undefined, options: WatchOptions, io: Io): Promise<0> {
  const debug = debugTo(io, options.debug === true)
  await withServer(argument, options, io, debug, async (connection) => {
    const entries = await logOf(connection)
    const seen = new SeenEntries()
    const first = seen.newOf(entries)
    io.err(
      `${onOneLine(connection.name)}: watching ACL LOG${options.seconds === undefined ? '; Ctrl C stops' : ` for ${options.seconds} seconds`}\n`,
    )
    const reporter = new Reporter(connection, options, io)
    if (options.all) await reporter.report(first)
    const end = options.seconds === undefined ? Infinity : Date.now() + options.seconds * 1000
    const interrupted = interruption(io)
    while (Date.now() < end && !interrupted.happened) {
      await Promise.race([pause(Math.min(options.interval * 1000, end - Date.now())), interrupted.promise])
      if (!interrupted.happened) await reporter.report(seen.newOf(await logOf(connection)))
    }
  })
  return 0
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)))

/** Returns the state of the user's wish to end the command. */
function interruption(io: Io): { readonly promise: Promise<void>; happened: boolean } {
  const state = { promise: new Promise<void>(() => undefined), happened: false }
  if (io.interrupted === undefined) return state
  state.promise = io.interrupted().then(() => {
    state.happened = true
  })
  return state
}

/** Returns the entries of ACL LOG, the newest first. */
async function logOf(connection: ServerConnection): Promise<readonly Entry[]> {
  const reply = await connection.demand(['ACL', 'LOG', ENTRIES])
  if (!Array.isArray(reply))
    throw new CannotRun(`${onOneLine(connection.name)}: ACL LOG answers something else than entries.`)
  return (reply as readonly Reply[]).map((item) => {
    const fields = new Map<Bytes, Reply>()
    const flat = Array.isArray(item) ? (item as readonly Reply[]) : []
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [name, value] = [flat[i], flat[i + 1]]
      if (typeof name === 'string' && value !== undefined) fields.set(name, value)
    }
    return fields
  })
}

const textOf = (entry: Entry, field: string): Bytes => {
  const value = entry.get(field)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/**
 * Remembers entries by what the server merges them by: reason, context, object and user. Entries have ids only from 7.2
 * on.
 */
class SeenEntries {
  #counts = new Map<string, number>()

  /** Returns the entries that are new, or have grown since, the oldest first. */
  newOf(entries: readonly Entry[]): readonly Entry[] {
    const counts = new Map<string, number>()
    const found: Entry[] = []
    for (const entry of [...entries].reverse()) {
      const key = JSON.stringify(
        ['entry-id', 'reason', 'context', 'object', 'username'].map((field) => textOf(entry, field)),
      )
      const count = Number(textOf(entry, 'count'))
      const total = (counts.get(key) ?? 0) + count
      counts.set(key, total)
      if (total > (this.#counts.get(key) ?? 0)) found.push(entry)
    }
    this.#counts = counts
    return found
  }
}

/** The rules that would allow the command of an entry, or the reason why none are suggested. */
type Advice =
  | { readonly kind: 'rules'; readonly rules: readonly Bytes[]; readonly also: string }
  | { readonly kind: 'none'; readonly why: string }

class Reporter {
  readonly #paint: Paint
  #target: Target | null = null
  #server: SimulatedServer | null = null
  #users: ListedUsers | null = null

  constructor(
    readonly connection: ServerConnection,
    readonly options: WatchOptions,
    readonly io: Io,
  ) {
    this.#paint = painter(io.color)
  }

  async report(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    await this.#readUsers()
    for (const entry of entries) this.#print(entry)
  }

  /** Reads the users again, since rules may have changed; the release and the configuration are told once. */
  async #readUsers(): Promise<void> {
    const io = this.#target === null ? this.io : { ...this.io, err: () => undefined }
    const policy = await policyOf(this.connection, this.options, io)
    this.#target = await loadTarget(policy.target, { modules: policy.modules })
    const conf = policy.conf === null ? null : markFile(policy.conf, 'conf')
    this.#users = policy.users
    const result = start({ target: this.#target, acl: markFile(policy.users.readable, 'acl', conf), conf })
    this.#server = result.started ? result.server : null
  }

  #print(entry: Entry): void {
    const advice = this.#adviceOn(entry)
    const user = textOf(entry, 'username')
    if (this.options.format === 'json') {
      const fields = ['reason', 'context', 'object', 'username', 'client-info'] as const
      this.io.out(
        `${JSON.stringify({
          at: new Date().toISOString(),
          count: Number(textOf(entry, 'count')),
          ...Object.fromEntries(fields.map((field) => [field, toText(textOf(entry, field))])),
          rules: advice.kind === 'rules' ? advice.rules.map(toText) : [],
          ...(advice.kind === 'rules' ? { also: advice.also } : { note: advice.why }),
        })}\n`,
      )
      return
    }
    const client = /(?:^| )addr=(\S+)/.exec(textOf(entry, 'client-info'))?.[1] ?? ''
    const line = [
      new Date().toISOString().slice(11, 19),
      this.#paint('bold', onOneLine(toText(user))),
      describeEntry(entry),
      ...(client === '' ? [] : [this.#paint('dim', `from ${onOneLine(toText(client))}`)]),
    ].join(' ')
    this.io.out(`${line}\n`)
    this.io.out(
      advice.kind === 'none'
        ? `  ${advice.why}\n`
        : `  would be allowed by: ${onOneLine(toText(asSetUser(user, advice.rules)))} ${this.#paint('dim', `(and ${onOneLine(advice.also)})`)}\n`,
    )
  }

  #adviceOn(entry: Entry): Advice {
    if (textOf(entry, 'reason') === 'auth')
      return { kind: 'none', why: 'a log-in that failed: a wrong password, an unknown user, or one that is off' }
    const target = this.#target
    const gap = this.#users?.gapOf(textOf(entry, 'username')) ?? null
    if (gap !== null) return { kind: 'none', why: `${gap}: no rule is suggested` }
    const user = this.#server?.users.get(textOf(entry, 'username'))
    if (target === null || user === undefined) return { kind: 'none', why: 'the user is gone' }
    const listing: Reply = [[...entry].flat()]
    const [line] = readCapture(renderText(listing, 2), target).lines
    const decision = line === undefined ? undefined : replay([line], user, target)[0]?.decision
    if (decision === undefined || decision === null)
      return { kind: 'none', why: 'the entry does not tell enough to suggest a rule' }
    if (decision.allowed) return { kind: 'none', why: 'the present rules of the user allow it' }
    const [best] = suggest(decision, user, target)
    return best === undefined
      ? { kind: 'none', why: 'no rule allows it' }
      : { kind: 'rules', rules: best.rules, also: best.also }
  }
}

function describeEntry(entry: Entry): string {
  const object = onOneLine(toText(textOf(entry, 'object')))
  const count = Number(textOf(entry, 'count'))
  const command = /(?:^| )cmd=(\S+)/.exec(textOf(entry, 'client-info'))?.[1] ?? ''
  const context = textOf(entry, 'context')
  const within = context === 'toplevel' || context === '' ? '' : ` in ${onOneLine(toText(context))}`
  const times = count > 1 ? ` (${count} times)` : ''
  switch (textOf(entry, 'reason')) {
    case 'auth':
      return `could not log in${times}`
    case 'command':
      return `may not run ${object}${within}${times}`
    default:
      return `may not use the ${onOneLine(toText(textOf(entry, 'reason')))} ${object} with ${onOneLine(toText(fromText(toText(command))))}${within}${times}`
  }
}
