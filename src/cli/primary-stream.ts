import type { Socket } from 'node:net'
import { encodeCommand } from '../resp/encode'
import { RequestReader } from '../resp/request'
import type { Following } from '../server/replication/following'
import { toUint8, type Bytes } from '../acl/bytes'

/** Milliseconds between two acknowledgements. */
const ACKNOWLEDGE = 1000
/** A primary that sends more data than this is refused, in bytes. */
const MOST = 400 * 1024 * 1024

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
  readonly #offset: number
  readonly #following: Following
  readonly #fail: (problem: string) => void
  readonly #timer: NodeJS.Timeout
  /** The pieces of the RDB file, with its length once that is known; null once it has been loaded. */
  #file: { pieces: Buffer[]; have: number; length: number | null } | null = { pieces: [], have: 0, length: null }
  readonly #reader = new RequestReader(limits)
  #running = false
  #stopped = false

  /** @param offset the primary's offset before the changes that follow */
  constructor(socket: Socket, offset: number, following: Following, fail: (problem: string) => void) {
    this.#socket = socket
    this.#offset = offset
    this.#following = following
    this.#fail = fail
    this.#timer = setInterval(() => void this.#acknowledge(), ACKNOWLEDGE).unref()
  }

  take(chunk: Buffer): void {
    if (this.#stopped) return
    if (this.#file === null) {
      this.#reader.feed(chunk.toString('latin1'))
      void this.#run()
      return
    }
    this.#file.pieces.push(chunk)
    this.#file.have += chunk.length
    this.#load(this.#file)
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
  }

  #load(file: { pieces: Buffer[]; have: number; length: number | null }): void {
    if (file.length === null) {
      const text = Buffer.concat(file.pieces)
      // Blank lines keep the link alive while the primary prepares the file.
      const start = text.findIndex((byte) => byte !== 10 && byte !== 13)
      const end = text.indexOf('\r\n', Math.max(0, start))
      if (start < 0 || end < 0) return
      const head = /^\$(\d{1,12})$/.exec(text.toString('latin1', start, end))
      if (head === null || Number(head[1]) > MOST) {
        this.#end(head === null ? `unexpected reply ${text.toString('latin1', start, end)}` : 'the data are too large')
        return
      }
      const rest = text.subarray(end + 2)
      file.pieces = [rest]
      file.have = rest.length
      file.length = Number(head[1])
    }
    if (file.have < file.length) return
    const all = Buffer.concat(file.pieces)
    this.#file = null
    this.#reader.feed(all.toString('latin1', file.length))
    void this.#start(all.toString('latin1', 0, file.length))
  }

  /** Loads the file, then runs what has arrived after it. */
  async #start(rdb: Bytes): Promise<void> {
    this.#running = true
    const problem = await this.#following.load(rdb, this.#offset)
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
