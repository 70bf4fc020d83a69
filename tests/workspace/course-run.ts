import { fromText, toText } from '../../src/acl/bytes'
import { splitWords } from '../../src/acl/split'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import type { Connection, Origin } from '../../src/server/types'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import type { Lesson } from '../../src/workspace/course/course'
import type { Answer, RanCommand } from '../../src/workspace/course/lesson'
import type { Counterexample } from '../../src/workspace/course/counterexample'
import { serverFor, type Work } from '../../src/workspace/course/grade'
import { outcomeOf } from '../../src/workspace/course/outcome'
import type { WorkspaceFiles } from '../../src/workspace/state'

const words = (line: string): string[] => splitWords(fromText(line))?.map(({ text }) => text) ?? []
const sink = { push: () => undefined, closed: () => undefined }
const here: Origin = { kind: 'loopback' }

/** A learner at work: the files, a server on them, and consoles. */
class Learner {
  files: WorkspaceFiles
  server: SimulatedServer | null = null
  readonly ran: RanCommand[] = []
  readonly #consoles = new Map<string, Connection>()

  private constructor(
    readonly lesson: Lesson,
    readonly id: TargetId,
  ) {
    this.files = lesson.start(id).files
  }

  static async open(lesson: Lesson, id: TargetId): Promise<Learner> {
    const learner = new Learner(lesson, id)
    await learner.#start()
    const { connections, entries } = lesson.start(id)
    for (const { on, line } of entries) await learner.run(connections[on]?.login ?? null, line, here, false)
    return learner
  }

  async #start(): Promise<void> {
    const target = await loadTarget(this.id)
    this.#consoles.clear()
    const started = startServer({
      target,
      conf: fromText(this.files.conf),
      files: {
        read: (path) => fromText(path.endsWith('.acl') ? this.files.acl : this.files.conf),
        write: (path, content) => {
          this.files = { ...this.files, [path.endsWith('.acl') ? 'acl' : 'conf']: toText(content) }
        },
      },
      clock: { now: () => 1_700_000_000_000 },
      random: { bytes: (n) => '\x01'.repeat(n), below: () => 0 },
    })
    this.server = started.started ? started.server : null
    for (const { origin, login } of this.lesson.start(this.id).connections) this.#console(login, origin)
  }

  /** Returns the console of a user from an origin, opened where it is not. */
  #console(as: string | null, origin: Origin): Connection | null {
    const place = `${as ?? '-'} ${JSON.stringify(origin)}`
    const known = this.#consoles.get(place)
    if (this.server === null || (known !== undefined && !known.closed)) return known ?? null
    const connection = this.server.connect(origin, sink)
    if (as !== null) connection.logInAs(fromText(as))
    this.#consoles.set(place, connection)
    return connection
  }

  async edit(files: Partial<WorkspaceFiles>): Promise<void> {
    const before = this.files
    this.files = { ...before, ...files }
    if (this.server === null || this.files.conf !== before.conf) await this.#start()
    else if (this.files.acl !== before.acl) this.server.loadAclText(fromText(this.files.acl))
  }

  async run(as: string | null, line: string, origin: Origin, isOwn = true): Promise<void> {
    const { server } = this
    const connection = this.#console(as, origin)
    if (server === null || connection === null) return
    const argv = words(line)
    const { user } = connection
    if (connection.closed) {
      if (isOwn) this.ran.push({ user, origin, argv, outcome: 'closed', replies: [] })
      return
    }
    await server.prepare(argv)
    const exchange = connection.send(argv)
    if (isOwn)
      this.ran.push({ user, origin, argv, outcome: outcomeOf(connection, exchange), replies: exchange.replies })
  }
}

/** Carries out an answer as a learner does in the page. */
export async function workOn(
  lesson: Lesson,
  id: TargetId,
  { first = [], files = {}, runs = [] }: Answer = {},
): Promise<Work> {
  const learner = await Learner.open(lesson, id)
  for (const { as, line, from } of first) await learner.run(as, line, from ?? here)
  await learner.edit(files)
  for (const { as, line, from } of runs) await learner.run(as, line, from ?? here)
  return { files: learner.files, ran: learner.ran }
}

/** Runs a counterexample on a server with these files, and returns what it shows. */
export async function tryOut(
  id: TargetId,
  files: WorkspaceFiles,
  { user, origin, db, line }: Counterexample,
): Promise<'also allows' | 'does not allow'> {
  const server = serverFor(await loadTarget(id), files)
  if (typeof server === 'string') throw new Error(server)
  const connection = server.connect(origin ?? here, sink)
  if (connection.refused !== null || connection.closed) return 'does not allow'
  if (user !== null && connection.logInAs(fromText(user)) !== null) return 'does not allow'
  if (db !== 0) connection.send(words(`SELECT ${db}`))
  const argv = words(line)
  await server.prepare(argv)
  const exchange = connection.send(argv)
  const outcome = outcomeOf(connection, exchange)
  // A command that is allowed may still fail, on a key that is not there or an argument that stands for any.
  if (outcome === 'error' && exchange.decision?.allowed === true && !/^(?:AUTH|HELLO)/i.test(line)) {
    const [reply] = exchange.replies
    const text = typeof reply === 'object' && reply !== null && 'text' in reply ? String(reply.text) : ''
    return /^(?:NOPERM|NOAUTH)/.test(text) ? 'does not allow' : 'also allows'
  }
  return outcome === 'allowed' ? 'also allows' : 'does not allow'
}
