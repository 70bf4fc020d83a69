import { connect, type Socket } from 'node:net'
import { fromUint8, toTextExact, toUint8, type Bytes } from '../../src/acl/bytes'
import type { Recorded } from '../conformance/recordings'

const INCOMPLETE = Symbol('incomplete')

function text(bytes: Bytes): Recorded {
  return toTextExact(bytes) ?? { x: Buffer.from(toUint8(bytes)).toString('base64') }
}

/** Reads one reply, keeping its wire type, in the form of the recordings. */
class Reader {
  #at = 0
  readonly #buffer: Bytes

  constructor(buffer: Bytes) {
    this.#buffer = buffer
  }

  get consumed(): number {
    return this.#at
  }

  #line(): Bytes {
    const end = this.#buffer.indexOf('\r\n', this.#at)
    if (end < 0) throw INCOMPLETE
    const line = this.#buffer.slice(this.#at, end)
    this.#at = end + 2
    return line
  }

  #block(length: number): Bytes {
    if (this.#buffer.length < this.#at + length + 2) throw INCOMPLETE
    const block = this.#buffer.slice(this.#at, this.#at + length)
    this.#at += length + 2
    return block
  }

  #items(count: number): Recorded[] {
    return Array.from({ length: count }, () => this.reply())
  }

  reply(): Recorded {
    const line = this.#line()
    const rest = line.slice(1)
    switch (line[0]) {
      case '+':
        return { s: Buffer.from(toUint8(rest)).toString('utf8') }
      case '-':
        return { e: Buffer.from(toUint8(rest)).toString('utf8') }
      case ':':
        return { i: Number(rest) }
      case '_':
        return null
      case '$':
        return rest === '-1' ? null : text(this.#block(Number(rest)))
      case '*':
        return rest === '-1' ? null : this.#items(Number(rest))
      case '~':
        return { t: this.#items(Number(rest)) }
      case '>':
        return { p: this.#items(Number(rest)) }
      case '%':
        return { m: Array.from({ length: Number(rest) }, () => [this.reply(), this.reply()]) }
      case ',':
        return { d: rest }
      case '#':
        return { b: rest === 't' }
      case '(':
        return { n: rest }
      case '=':
        return { v: text(this.#block(Number(rest))) as string }
      default:
        throw new Error(`not a reply: ${JSON.stringify(line.slice(0, 40))}`)
    }
  }
}

/** A client of a real server that keeps wire types. Replies come in the order of the commands. */
export class WireClient {
  #buffer: Bytes = ''
  #waiting: ((reply: Recorded) => void)[] = []
  readonly #replies: Recorded[] = []
  #closed = false
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket

    socket.on('data', (chunk) => {
      this.#buffer += fromUint8(chunk)
      this.#drain()
    })
    const end = (): void => {
      this.#closed = true
      for (const resolve of this.#waiting.splice(0)) resolve({ closed: true })
    }
    socket.on('close', end)
    socket.on('error', end)
  }

  /** Connects to a server on this machine. */
  static open(port: number): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('connect', () => resolve(new WireClient(socket)))
      socket.once('error', reject)
    })
  }

  #drain(): void {
    while (this.#buffer !== '') {
      const reader = new Reader(this.#buffer)
      try {
        const reply = reader.reply()
        this.#buffer = this.#buffer.slice(reader.consumed)
        const resolve = this.#waiting.shift()
        if (resolve === undefined) this.#replies.push(reply)
        else resolve(reply)
      } catch (problem) {
        if (problem === INCOMPLETE) return
        throw problem
      }
    }
  }

  /** Sends a command; the first reply to come, or {closed: true} where the server hangs up. */
  send(argv: readonly Bytes[]): Promise<Recorded> {
    if (this.#closed) return Promise.resolve({ closed: true })
    this.write(argv)
    return this.next()
  }

  /** Sends a command without waiting for a reply. */
  write(argv: readonly Bytes[]): void {
    if (!this.#closed)
      this.#socket.write(
        Buffer.from(`*${argv.length}\r\n${argv.map((a) => `$${a.length}\r\n${a}\r\n`).join('')}`, 'latin1'),
      )
  }

  /** The next reply, asked for or pushed. */
  next(): Promise<Recorded> {
    const first = this.#replies.shift()
    if (first !== undefined) return Promise.resolve(first)
    if (this.#closed) return Promise.resolve({ closed: true })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#socket.destroy()
  }
}
