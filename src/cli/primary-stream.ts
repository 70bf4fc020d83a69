import type { Socket } from 'node:net'
import { encodeCommand } from '../resp/encode'
import { RequestReader } from '../resp/request'
import type { Following } from '../server/replication/following'
import { toUint8, type Bytes } from '../acl/bytes'

/** Milliseconds between two acknowledgements. */
const ACKNOWLEDGE = 1000
/** The most bytes of the RDB file, and of changes that have not been run: both are held in memory, and loaded at once. */
const MOST = 16 * 1024 * 1024
/** The most bytes of the line before the RDB file, which says its length. */
const LONGEST_HEAD = 1024

const limits = {
  maxArguments: 1024 * 1024,
  maxBulkLength: MOST,
  nulHidesLineEnd: false,
  inlineLosesFF: false,
  blankLineKeepsInline: false,
  mustLogIn: () => false,
}

/** The bytes that a primary sends after it has accepted PSYNC: an RDB file, then its changes. */
export class PrimaryStream {
  readonly #socket: Socket
  readonly #from: { readonly replicationId: Bytes; readonly offset: number }
  readonly #following: Following
  readonly #fail: (problem: string) => void
  readonly #timer: NodeJS.Timeout
  /** The line before the RDB file, as far as it has arrived; null once it is complete. */
  #head: Bytes | null = ''
  /** The pieces of the RDB file, the number of their bytes, and its length; null once it has been loaded. */
  #file: { pieces: Buffer[]; have: number; length: number } | null = { pieces: [], have: 0, length: 0 }
  readonly #reader = new RequestReader(limits)
  #running = false
  #stopped = false

  /** @param accepted the primary's reply to PSYNC: its replication ID, and its offset before the changes that follow */
  constructor(socket: Socket, accepted: Bytes, following: Following, fail: (problem: string) => void) {
    this.#socket = socket
    const [, replicationId = '', offset] = accepted.split(' ')
    this.#from = { replicationId, offset: Number(offset) || 0 }
    this.#following = following
    this.#fail = fail
    this.#timer = setInterval(() => void this.#acknowledge(), ACKNOWLEDGE).unref()
  }

  take(chunk: Buffer): void {
    if (this.#stopped) return
    if (this.#head !== null) {
      const rest = this.#readHead(this.#head + chunk.toString('latin1'))
      if (rest !== null) this.take(Buffer.from(rest, 'latin1'))
    } else if (this.#file !== null) {
      this.#file.pieces.push(chunk)
      this.#file.have += chunk.length
      this.#load(this.#file)
    } else {
      this.#reader.feed(chunk.toString('latin1'))
      if (this.#reader.held > 2 * MOST) this.#end('a change is too large')
      else void this.#run()
    }
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
  }

  /** Reads the line before the RDB file and returns what follows it; null until it is complete, and where it is refused. */
  #readHead(received: Bytes): Bytes | null {
    // Blank lines keep the link alive while the primary prepares the file.
    const text = received.replace(/^[\r\n]+/, '')
    const end = text.indexOf('\r\n')
    this.#head = text
    if (end < 0 && text.length <= LONGEST_HEAD) return null
    const head = end < 0 ? text : text.slice(0, end)
    const length = /^\$(\d{1,12})$/.exec(head)?.[1]
    if (length === undefined) this.#end(`unexpected reply ${head.slice(0, LONGEST_HEAD)}`)
    else if (Number(length) > MOST) this.#end(`the data are larger than ${MOST / 1024 / 1024} MB`)
    else {
      this.#head = null
      this.#file = { pieces: [], have: 0, length: Number(length) }
      return text.slice(end + 2)
    }
    return null
  }

  #load(file: { pieces: Buffer[]; have: number; length: number }): void {
    if (file.have < file.length) return
    const all = Buffer.concat(file.pieces)
    this.#file = null
    this.#reader.feed(all.toString('latin1', file.length))
    void this.#start(all.toString('latin1', 0, file.length))
  }

  /** Loads the file, then runs what has arrived after it. */
  async #start(rdb: Bytes): Promise<void> {
    this.#running = true
    const problem = await this.#following.load(rdb, this.#from)
    this.#running = false
    if (this.#stopped) return
    if (problem !== null) {
      this.#end(problem)
      return
    }
    this.#following.changed(true)
    await this.#acknowledge()
    await this.#run()
  }

  /** Runs the commands that have arrived, one after the other. */
  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let next = this.#reader.next(); next !== null && !this.#stopped; next = this.#reader.next()) {
      if ('protocolError' in next) {
        this.#end(next.protocolError)
        break
      }
      const answer = await this.#following.apply(next.argv, encodeCommand(next.argv).length)
      if (answer !== null) this.#send(answer)
    }
    this.#running = false
  }

  async #acknowledge(): Promise<void> {
    if (this.#file !== null || this.#stopped) return
    const answer = await this.#following.apply(['REPLCONF', 'GETACK', '*'], 0)
    if (answer !== null) this.#send(answer)
  }

  #send(line: readonly Bytes[]): void {
    if (!this.#stopped && this.#socket.writable) this.#socket.write(toUint8(encodeCommand(line)))
  }

  #end(problem: string): void {
    this.stop()
    this.#fail(problem)
  }
}
