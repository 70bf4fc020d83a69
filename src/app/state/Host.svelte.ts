import { fromText, toText } from '../../acl/bytes'
import { loadAclFile, type AclFileResult } from '../../acl/load'
import type { SimulatedServer } from '../../server/server'
import { startServer } from '../../server/start'
import type { FileStore } from '../../server/types'
import type { Target } from '../../targets/target'
import { copyData } from './copy-data'
import { clock, random } from './environment'
import { confPath, type Files } from './Files.svelte'
import { type Difference, agree, differences } from './memory-and-file'

/** Bytes of keys and values that the page holds at most, where maxmemory sets no limit: a tab must stay quick. */
const memoryLimit = 16 * 1024 * 1024
/** Bytes of one string that the page holds at most: the least that proto-max-bulk-len can be set to. */
const stringLimit = 1024 * 1024
/** Bytes of values that a command of a script, or unasked one of a saved session or its transaction, may go through. */
export const mostEffort = 32 * 1024 * 1024

/** Why there is no server. */
export interface Down {
  readonly message: string
  readonly crash: boolean
}

/** What a host tells of its server. */
export interface Listener {
  /** Something in the server changed. */
  changed(): void
  /** A command changed the users in memory. */
  usersChanged(): void
  /** The server is up, but nobody else has heard of it; `first`: there was none to take data over from. */
  started(first: boolean): void
  /** There is no server any more. */
  wentDown(): void
}

/** The machine that the simulated server runs on: starts it, hands its data on to the next one, and knows its clock. */
export class Host {
  readonly #files: Files
  readonly #store: FileStore
  readonly #listener: Listener
  #server = $state.raw<SimulatedServer | null>(null)
  #down = $state.raw<Down | null>(null)
  #changes = $state(0)
  #rules = $state(0)
  #agrees = $state(true)
  /** The server whose data the next one takes over: the running one, or the last that ran. */
  #data: SimulatedServer | null = null
  #loading = false
  #stop: (() => void)[] = []

  constructor(files: Files, listener: Listener) {
    this.#files = files
    this.#listener = listener
    this.#store = files.store(
      () => this.#server?.config.get('aclfile') ?? null,
      () => queueMicrotask(() => this.#pointIntoFile()),
    )
  }

  get server(): SimulatedServer | null {
    return this.#server
  }
  get down(): Down | null {
    return this.#down
  }
  /** Goes up when something in the server changed. */
  get changes(): number {
    return this.#changes
  }
  /** Goes up when users changed: earlier verdicts are worked out again then. */
  get rules(): number {
    return this.#rules
  }
  /** Whether what is in memory is what the file says. */
  get agrees(): boolean {
    return this.#agrees
  }

  /** Starts the server anew on the files as they are, with the data of the one before. */
  start(target: Target): void {
    if (this.#server !== null) this.#data = this.#server
    const old = this.#data
    const result = startServer({
      target,
      conf: fromText(this.#files.conf.text),
      files: this.#store,
      clock,
      random,
      confPath,
      unknownDirectives: 'refuse',
      memoryLimit,
      stringLimit,
      effortLimit: mostEffort,
    })
    if (!result.started) {
      this.#release()
      this.#down = { message: toText(result.message), crash: result.crash }
      this.#files.refused(result, target, true)
      this.#listener.wentDown()
      this.#changes++
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
    this.#stop = [server.onChange(() => this.#changed()), server.users.onChange(() => this.#usersChanged())]
    this.#listener.started(old === null)
    this.#rules++
    this.#changes++
  }

  /** The server goes, and its data with it. */
  discard(): void {
    this.#release()
    this.#data = null
  }

  /** ACL LOAD; null where there is no server, or it has no ACL file. */
  load(target: Target): AclFileResult | null {
    const server = this.#server
    if (server === null) return null
    if (server.config.get('aclfile') === '') {
      this.#files.accepted()
      return null
    }
    const result = this.#quietly(() => server.loadAclText(fromText(this.#files.acl.text)))
    if (result.ok) {
      this.#files.accepted()
      this.#agrees = true
    } else this.#files.refused(result, target, false)
    return result
  }

  /** Verdicts are to be worked out again. */
  rulesChanged(): void {
    this.#rules++
  }

  /** ACL SAVE: writes the memory into the file. */
  save(): void {
    const server = this.#server
    if (server !== null) this.#store.write(server.config.get('aclfile'), server.aclText())
  }

  /** The users on which memory and file differ. */
  differences(): readonly Difference[] {
    void this.#rules
    return this.#server === null ? [] : differences(this.#server, this.#files.acl.text)
  }

  /** Lets time act. */
  tick(): void {
    this.#server?.tick()
  }

  /** Puts the server's clock forward, so that what expires can be seen to. */
  stepClock(milliseconds: number): void {
    clock.step(milliseconds)
    this.tick()
    this.#changes++
  }

  /** ACL LOG RESET. */
  resetLog(): void {
    this.#server?.aclLog.reset()
    this.#changes++
  }

  #release(): void {
    for (const stop of this.#stop) stop()
    this.#stop = []
    this.#server = null
  }

  /** After ACL SAVE: rules point into the file that they were loaded from, and that is the new one now. Nothing else changes. */
  #pointIntoFile(): void {
    const server = this.#server
    if (server === null) return
    const read = loadAclFile(server.users, fromText(this.#files.acl.text), 'users.acl')
    if (read.ok) this.#quietly(() => server.users.replaceAll(read.users))
    this.#agrees = read.ok
    this.#rules++
  }

  /** Does something to the users that is not to count as a command's change. */
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
    this.#changes++
  }

  #usersChanged(): void {
    this.#rules++
    if (this.#loading) return
    this.#listener.usersChanged()
    queueMicrotask(() => this.#compare())
  }

  /** Works out whether memory and file still say the same. */
  #compare(): void {
    if (this.#server === null || this.#files.state.kind === 'refused') return
    this.#agrees = agree(this.#server, this.#files.acl.text)
  }
}
