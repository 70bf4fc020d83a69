import { connect, type Socket } from 'node:net'
import { toText, toUint8, type Bytes } from '../acl/bytes'
import { encodeCommand } from '../resp/encode'
import type { Config } from '../server/config'
import { Following } from '../server/replication/following'
import type { SimulatedServer } from '../server/server'
import type { LinkToPrimary } from '../server/types'
import { PrimaryStream } from './primary-stream'

/** Milliseconds between attempts to connect. */
const RETRY = 1000
/** The most bytes of a reply to the greeting. */
const LONGEST_REPLY = 1024

/**
 * Connects to the primary of REPLICAOF, logs in with `masteruser` and `masterauth`, greets it with PING and REPLCONF, and asks
 * for the data with PSYNC. The link is up once they have been loaded.
 */
export function linkToPrimary(server: () => SimulatedServer | null, log: (line: string) => void): LinkToPrimary {
  let end = (): void => undefined
  return (primary) => {
    end()
    end = (): void => undefined
    // No host has an empty name, with which Node would connect to this one.
    if (primary === null || primary.host === '') return
    const attempt: { socket: Socket | null; timer: NodeJS.Timeout | null; isOver: boolean } = {
      socket: null,
      timer: null,
      isOver: false,
    }
    end = (): void => {
      attempt.isOver = true
      attempt.socket?.destroy()
      if (attempt.timer !== null) clearTimeout(attempt.timer)
    }
    const open = (): void => {
      attempt.timer = null
      const replica = server()
      if (attempt.isOver || replica === null) return
      const lines = greeting(replica.config)
      const following = new Following(replica)
      const socket = connect({ host: toText(primary.host), port: primary.port })
      attempt.socket = socket
      let text = ''
      let answered = 0
      let stream: PrimaryStream | null = null
      // PSYNC must not be sent before the replies to the rest have arrived.
      const write = (some: typeof lines): void => {
        socket.write(toUint8(some.map((line) => encodeCommand(line)).join('')))
      }
      const fail = (problem: string): void => {
        log(`Failed to sync with the primary: ${problem}`)
        socket.destroy()
      }
      socket.on('connect', () => write(lines.slice(0, -1)))
      socket.on('data', (chunk) => {
        if (stream !== null) {
          stream.take(chunk)
          return
        }
        text += chunk.toString('latin1')
        for (let at = text.indexOf('\r\n'); at >= 0 && answered < lines.length; at = text.indexOf('\r\n')) {
          const reply = text.slice(0, at)
          text = text.slice(at + 2)
          if (reply.startsWith('-')) {
            log(refusal(lines[answered]?.[0] ?? '', toText(reply), replica.target.behaviours.productName === 'Valkey'))
            socket.destroy()
            return
          }
          answered++
          if (answered === lines.length - 1) write(lines.slice(-1))
          if (answered < lines.length) continue
          stream = new PrimaryStream(socket, reply, following, fail)
          stream.take(Buffer.from(text, 'latin1'))
          return
        }
        if (text.length > LONGEST_REPLY) fail('its reply is too long')
      })
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        if (attempt.isOver) return
        stream?.stop()
        following.changed(false)
        attempt.timer = setTimeout(open, RETRY).unref()
      })
    }
    open()
  }
}

/** Returns the command lines that a replica sends first. */
function greeting(config: Config): readonly (readonly Bytes[])[] {
  const user = config.get('masteruser')
  const password = config.get('masterauth')
  const logIn = password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]]
  return [
    ...logIn,
    ['PING'],
    ['REPLCONF', 'listening-port', config.get('port')],
    ['REPLCONF', 'capa', 'psync2'],
    ['PSYNC', '?', '-1'],
  ]
}

/** Returns the line of the log for a command that the primary refused. */
function refusal(command: Bytes, reply: string, isValkey: boolean): string {
  const primary = isValkey ? 'primary' : 'master'
  if (command === 'AUTH') return `Unable to AUTH to ${primary.toUpperCase()}: ${reply}`
  if (command === 'PSYNC') return `Unexpected reply to PSYNC from ${primary}: ${reply}`
  if (command === 'PING') return `Error reply to PING from ${primary}: '${reply}'`
  return `(Non critical) ${isValkey ? 'Primary' : 'Master'} does not understand REPLCONF: ${reply}`
}
