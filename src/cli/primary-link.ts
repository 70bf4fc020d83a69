import { connect, type Socket } from 'node:net'
import { fromText, toText, toUint8, type Bytes } from '../acl/bytes'
import { encodeCommand } from '../resp/encode'
import type { Config } from '../server/config'
import type { LinkToPrimary } from '../server/types'

/** Milliseconds between attempts to connect. */
const RETRY = 1000

/**
 * Connects to the primary of REPLICAOF, logs in with `masteruser` and `masterauth`, and greets it with PING and REPLCONF, as a
 * replica does before it asks for data. The link is up once the primary has accepted that.
 */
export function linkToPrimary(config: () => Config | undefined, log: (line: string) => void): LinkToPrimary {
  let end = (): void => undefined
  return (primary, changed) => {
    end()
    end = (): void => undefined
    if (primary === null) return
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
      const now = config()
      if (attempt.isOver || now === undefined) return
      const lines = greeting(now)
      const socket = connect({ host: toText(primary.host), port: primary.port })
      attempt.socket = socket
      let text = ''
      let answered = 0
      socket.on('connect', () => socket.write(toUint8(lines.map((line) => encodeCommand(line)).join(''))))
      socket.on('data', (chunk) => {
        if (answered >= lines.length) return
        text += fromText(chunk.toString('latin1'))
        for (let at = text.indexOf('\r\n'); at >= 0 && answered < lines.length; at = text.indexOf('\r\n')) {
          const reply = text.slice(0, at)
          text = text.slice(at + 2)
          if (reply.startsWith('-')) {
            log(refusal(lines[answered]?.[0] ?? '', toText(reply)))
            socket.destroy()
            return
          }
          answered++
        }
        if (answered === lines.length) changed(true)
      })
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        if (attempt.isOver) return
        changed(false)
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
  return [...logIn, ['PING'], ['REPLCONF', 'listening-port', config.get('port')], ['REPLCONF', 'capa', 'eof']]
}

/** Returns the line of the log for a command that the primary refused. */
function refusal(command: Bytes, reply: string): string {
  if (command === 'AUTH') return `Unable to AUTH to MASTER: ${reply}`
  if (command === 'PING') return `Error reply to PING from master: '${reply}'`
  return `(Non critical) Master does not understand REPLCONF: ${reply}`
}
