import { connect, createServer, type Server, type Socket } from 'node:net'
import { expect } from 'vitest'
import { type Bytes } from '../../../src/acl/bytes'
import { RequestReader } from '../../../src/resp/request'
import { encodeCommand } from '../../../src/resp/encode'
import { freePort } from '../../../src/library/free-port'

/** A connection whose bytes are read as text. */
export class RawClient {
  text = ''
  readonly #socket: Socket

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk) => (this.text += chunk.toString('latin1')))
    this.#socket.on('error', () => this.#socket.destroy())
  }

  write(argv: readonly Bytes[]): void {
    this.#socket.write(Buffer.from(encodeCommand(argv), 'latin1'))
  }

  /** Sends a command, and returns its reply as soon as any of it is there. */
  async send(argv: readonly Bytes[]): Promise<string> {
    this.text = ''
    this.write(argv)
    await this.shows('\r\n')
    return this.text
  }

  /** Waits until some text has arrived. */
  async shows(text: string): Promise<void> {
    await expect.poll(() => this.text, { timeout: 15_000, interval: 10 }).toContain(text)
  }

  close(): void {
    this.#socket.destroy()
  }
}

const limits = {
  maxArguments: 1000,
  maxBulkLength: 100_000,
  nulHidesLineEnd: false,
  inlineLosesFF: false,
  blankLineKeepsInline: false,
  mustLogIn: () => false,
}

/** An RDB file without keys. */
const empty = `REDIS0009\xff${'\0'.repeat(8)}`

/** A primary of the attacker's own: replicas may keep their data, and run what it sends. */
export class OwnPrimary {
  readonly #server: Server
  #link: Socket | null = null
  readonly #said: string[] = []

  private constructor(readonly port: number) {
    this.#server = createServer((socket) => this.#greet(socket))
  }

  static async listen(): Promise<OwnPrimary> {
    const primary = new OwnPrimary(await freePort())
    await new Promise<void>((resolve) => primary.#server.listen(primary.port, '127.0.0.1', resolve))
    return primary
  }

  /** Sends a command to the replica, once it is there. */
  say(argv: readonly Bytes[]): void {
    const line = encodeCommand(argv)
    this.#said.push(line)
    this.#link?.write(Buffer.from(line, 'latin1'))
  }

  #greet(socket: Socket): void {
    const reader = new RequestReader(limits)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      reader.feed(chunk.toString('latin1'))
      for (let request = reader.next(); request !== null && 'argv' in request; request = reader.next()) {
        const [name = '', id = '', offset = ''] = request.argv
        if (name.toUpperCase() === 'PING') socket.write('+PONG\r\n')
        else if (name.toUpperCase() === 'REPLCONF' && id.toLowerCase() !== 'ack') socket.write('+OK\r\n')
        else if (name.toUpperCase() === 'PSYNC') {
          if (offset === '-1')
            socket.write(Buffer.from(`+FULLRESYNC ${'a'.repeat(40)} 0\r\n$${empty.length}\r\n${empty}`, 'latin1'))
          else socket.write(`+CONTINUE ${id}\r\n`)
          this.#link = socket
          for (const line of this.#said) socket.write(Buffer.from(line, 'latin1'))
        }
      }
    })
  }

  close(): void {
    this.#link?.destroy()
    this.#server.close()
  }
}
