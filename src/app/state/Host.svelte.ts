import { type Bytes, fromText, toText } from '../../acl/bytes'
import { loadAclFile, type AclFileResult } from '../../acl/load'
import type { Users } from '../../acl/users'
import type { SimulatedServer } from '../../server/server'
import { commandsOnDemand } from '../../server/commands/on-demand'
import { startWith } from '../../server/start-with'
import type { FileStore } from '../../server/types'
import { defaultTargetId } from '../../targets/infos'
import type { Target, TargetId } from '../../targets/target'
import { copyData } from './copy-data'
import { clock, random } from './environment'
import { confPath, type Files } from './Files.svelte'
import { hashAhead } from './hash-ahead'
import { agree, pointed } from '../../server/memory-and-file'

/** Bytes of keys and values that the page holds at most, where maxmemory sets no limit: a tab must stay quick. */
const memoryLimit = 16 * 1024 * 1024
/** Bytes of one string that the page holds at most: the least that proto-max-bulk-len can be set to. */
const stringLimit = 1024 * 1024
/** Bytes of values that a command of a script, or unasked one of a saved session or its transaction, may go through. */
export const mostEffort = 32 * 1024 * 1024

/** Milliseconds for which the page stands still for a script; `runLine` goes on with it after a pause. */
const scriptTime = 250

/** Bytes that are shown of the reason why no server runs. */
const mostMessage = 5_000

/** The reason why no server runs. */
export interface Down {
  readonly message: string
  readonly crash: boolean
}

/** An ACL file that a server loaded. */
export interface Loaded {
  readonly bytes: Bytes
  /** acl-pubsub-default at that time: new users start with all channels. */
  readonly allChannels: boolean
}

/** The events of a host's server. */
export interface Listener {
  /** Something in the server changed. */
  changed(): void
  /** Users changed, by a command or by a file: earlier verdicts may be out of date. */
  rulesChanged(): void
  /** A command changed the users in memory. */
  usersChanged(): void
  /** The server started; `first`: there was no earlier server whose data it took over. */
  started(first: boolean): void
  /** The server stopped. */
  wentDown(): void
  /** ACL SAVE wrote the file: `pointIntoFile` is to be called soon. */
  saved(): void
}

/** An event from outside Svelte: derived state that follows it is computed again after each `emit`. */
class Signal {
  #count = $state(0)

  follow(): void {
    void this.#count
  }

  emit(): void {
    this.#count++
  }
}

/** The machine that the simulated server runs on: starts it, passes its data on to the next one, and has its clock. */
export class Host {
  readonly #files: Files
  readonly #store: FileStore
  readonly #listener: Listener
  #target = $state.raw<Target | null>(null)
  #targetId = $state.raw<TargetId>(defaultTargetId)
  #modules = $state(false)
  #server = $state.raw<SimulatedServer | null>(null)
  #down = $state.raw<Down | null>(null)
  readonly #changes = new Signal()
  readonly #rules = new Signal()
  #agrees = $state(true)
  /** The ACL file that the server loaded last; null where it has none. */
  loaded: Loaded | null = null
  /** False where a command changed users since a file was loaded. */
  isAsLoaded = true
  /** New users for the next start, for which lines of users.acl were parsed ahead. */
  ahead: Users | null = null
  /** The server whose data the next one takes over: the running one, or the last that ran. */
  #data: SimulatedServer | null = null
  #loading = false
  /** Counts the changes of users by commands; `saved` is the count when ACL SAVE wrote the file last. */
  readonly #userChanges = { count: 0, saved: 0 }
  #loads = 0
  #stop: (() => void)[] = []

  constructor(files: Files, listener: Listener) {
    this.#files = files
    this.#listener = listener
    this.#store = files.store(
      () => this.#server?.config.get('aclfile') ?? null,
      () => {
        this.#userChanges.saved = this.#userChanges.count
        this.#listener.saved()
      },
    )
  }

  /** The server's version; null until its commands are loaded. */
  get target(): Target | null {
    return this.#target
  }
  get targetId(): TargetId {
    return this.#targetId
  }
  get modules(): boolean {
    return this.#modules
  }
  /** The exact release that was chosen; null: the one that the target was made from. */
  get release(): string | null {
    return this.#target?.evidence === 'derived' ? this.#target.release : null
  }

  /** The running server; null where none runs. */
  get server(): SimulatedServer | null {
    return this.#server
  }
  /** The same, for derived state that reads the server's data: it is computed again after every change. */
  get live(): SimulatedServer | null {
    this.#changes.follow()
    this.#rules.follow()
    return this.#server
  }
  /** The server's users; derived state that reads them is computed again after they change. */
  get users(): Users | null {
    this.#rules.follow()
    return this.#server?.users ?? null
  }
  get userNames(): readonly Bytes[] {
    return [...(this.users ?? [])].map(({ name }) => name).sort()
  }
  get down(): Down | null {
    return this.#down
  }
  /** True where the users in memory are those of the file. */
  get agrees(): boolean {
    return this.#agrees
  }

  /** Chooses the version that starts next. */
  choose(target: Target, id: TargetId, modules: boolean): void {
    this.#target = target
    this.#targetId = id
    this.#modules = modules
  }

  /** Starts the server again on the files as they are, with the data of the one before. */
  start(): void {
    const target = this.#target
    if (target === null) return
    if (this.#server !== null) this.#data = this.#server
    const old = this.#data
    const { ahead } = this
    this.ahead = null
    const result = startWith(commandsOnDemand, {
      target,
      conf: this.#files.conf.bytes,
      files: this.#store,
      clock,
      random,
      confPath,
      unknownDirectives: 'refuse',
      ...(ahead?.space.table === target.table && { users: ahead }),
      memoryLimit,
      stringLimit,
      effortLimit: mostEffort,
      scriptTime,
    })
    if (!result.started) {
      this.#release()
      this.#down = { message: toText(result.message.slice(0, mostMessage)), crash: result.crash }
      this.#files.refused(result, target, true)
      this.#listener.wentDown()
      this.#changes.emit()
      return
    }
    const { server } = result
    if (old !== null) {
      old.tick()
      copyData(old, server)
    }
    this.#release()
    this.#data = null
    this.#server = server
    this.#down = null
    this.#files.started()
    this.#agrees = true
    this.#loadedFile(server)
    this.#stop = [server.onChange(() => this.#changed()), server.users.onChange(() => this.#usersChanged())]
    this.#listener.started(old === null)
    this.rulesChanged()
    this.#changes.emit()
  }

  /** Stops the server and drops its data. */
  discard(): void {
    this.#release()
    this.#data = null
  }

  /** Runs ACL LOAD; null where no server runs, or it has no ACL file. */
  load(): AclFileResult | null {
    const server = this.#server
    const target = this.#target
    if (server === null || target === null) return null
    if (server.config.get('aclfile') === '') {
      this.#files.accepted()
      return null
    }
    const result = this.#quietly(() => server.loadAclText(this.#files.acl.bytes))
    if (result.ok) {
      this.#files.accepted()
      this.#agrees = true
      this.#loadedFile(server)
    } else this.#files.refused(result, target, false)
    return result
  }

  /** Loads users from another text than the file. Returns false where no server runs, or it rejects the text. */
  loadOther(acl: string): boolean {
    const server = this.#server
    return server !== null && this.#quietly(() => server.loadAclText(fromText(acl)).ok)
  }

  /** Tells that users changed. */
  rulesChanged(): void {
    this.#rules.emit()
    this.#listener.rulesChanged()
  }

  /** Runs ACL SAVE: writes the users in memory to the file. */
  save(): void {
    const server = this.#server
    if (server !== null) this.#store.write(server.config.get('aclfile'), server.aclText())
  }

  /** Loads the file that ACL SAVE wrote, so that rules point into it. Users that a command changed since stay as they are. */
  pointIntoFile(): void {
    const server = this.#server
    if (server === null) return
    const read = loadAclFile(server.users, this.#files.acl.bytes, 'users.acl')
    const isAsSaved = this.#userChanges.count === this.#userChanges.saved
    if (read.ok) {
      const all = isAsSaved ? read : pointed(server.users, read)
      this.#quietly(() => server.users.replaceAll(all))
      this.#loadedFile(server)
      this.isAsLoaded = isAsSaved
    }
    this.#agrees = read.ok && isAsSaved
    this.rulesChanged()
    if (!isAsSaved) this.#compare()
  }

  /** Expires what is due. */
  tick(): void {
    this.#server?.tick()
  }

  /** Puts the server's clock forward. */
  stepClock(milliseconds: number): void {
    clock.step(milliseconds)
    this.tick()
    this.#changes.emit()
  }

  /** Runs ACL LOG RESET. */
  resetLog(): void {
    this.#server?.aclLog.reset()
    this.#changes.emit()
  }

  #release(): void {
    for (const stop of this.#stop) stop()
    this.#stop = []
    this.#server = null
  }

  #loadedFile(server: SimulatedServer): void {
    const { config, users } = server
    const { bytes } = this.#files.acl
    const load = ++this.#loads
    void hashAhead(users, () => load !== this.#loads || server !== this.#server)
    this.isAsLoaded = true
    this.loaded = config.get('aclfile') === '' ? null : { bytes, allChannels: users.allChannelsByDefault }
  }

  /** Changes the users without reporting a command's change. */
  #quietly<T>(work: () => T): T {
    const before = this.#loading
    this.#loading = true
    try {
      return work()
    } finally {
      this.#loading = before
    }
  }

  #changed(): void {
    this.#listener.changed()
    this.#changes.emit()
  }

  #usersChanged(): void {
    if (!this.#loading) {
      this.isAsLoaded = false
      this.#userChanges.count++
    }
    this.rulesChanged()
    if (this.#loading) return
    this.#listener.usersChanged()
    queueMicrotask(() => this.#compare())
  }

  /** Compares memory and file. */
  #compare(): void {
    if (this.#server === null || this.#files.state.kind === 'refused') return
    this.#agrees = agree(this.#server, this.#files.acl.bytes)
  }
}
