import { plural } from '../formats/text'
import { toText, toUint8, type Bytes } from '../../acl/bytes'
import { captureLimits } from '../../analysis/replay'
import { hideCommandSecrets } from '../../workspace/secrets'
import { debugTo } from '../debug'
import { writeContent, type Io } from '../input'
import { onOneLine } from '../printable'
import { onceAsked } from './asking'
import { withServer } from './connection'
import { nodesOf, onAll, type DiscoverOptions } from './discover'
import { refuseExisting, writePrivate } from '../write-file'

export interface RecordOptions extends DiscoverOptions {
  readonly seconds: number
  /** The file to write; absent: standard output. */
  readonly out?: string
  readonly force: boolean
}

/** Collects lines of MONITOR within the limits of a capture. */
class Recording {
  readonly lines: Bytes[] = []
  #characters = 0
  skipped = 0
  isFull = false
  readonly clients = new Set<Bytes>()

  constructor(readonly onFull: () => void) {}

  add(line: Bytes | null): void {
    if (this.isFull) return
    if (line === null || line.length > captureLimits.lineLength) {
      this.skipped++
      return
    }
    const masked = withoutPasswords(line)
    this.#characters += masked.length + 1
    this.lines.push(masked)
    const client = /^\d+\.\d+ \[\d+ ([^\]]*)\]/.exec(line)?.[1]
    if (client !== undefined && this.clients.size < 10_000) this.clients.add(client)
    this.isFull =
      this.lines.length >= captureLimits.lines || this.#characters > captureLimits.characters - captureLimits.lineLength
    if (this.isFull) this.onFull()
  }
}

/** Replaces passwords in a line of MONITOR: servers leave out most of them, but not all. */
export function withoutPasswords(line: Bytes): Bytes {
  const start = /^\d+\.\d+ \[[^\]]*\] /.exec(line)?.[0] ?? ''
  return start + hideCommandSecrets(line.slice(start.length))
}

/**
 * Records the commands that servers run, by MONITOR, as one capture for Replay and least privilege, in the order in which
 * they arrive. Ends after the seconds, at the limits of a capture, or when the user ends it. Throws CannotRun where a server
 * denies MONITOR.
 */
export async function record(given: readonly string[], options: RecordOptions, terminal: Io): Promise<0> {
  const { out, force, seconds } = options
  if (out !== undefined) refuseExisting([out], force)
  const io = onceAsked(terminal)
  const debug = debugTo(io, options.debug === true)
  const servers = await nodesOf(given, options, io)
  let finish: () => void = () => undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const recording = new Recording(finish)
  void io.interrupted?.().then(finish)
  let timer: NodeJS.Timeout | undefined
  await onAll(servers, finish, (server) =>
    withServer(server, options, io, debug, (connection) => {
      io.err(
        `${onOneLine(connection.name)}: recording for ${plural(seconds, 'second')}. MONITOR slows a busy server down, by half or more, and shows it all keys and values.\n`,
      )
      timer ??= setTimeout(finish, seconds * 1000)
      return connection.monitor((line) => recording.add(line), finished)
    }),
  ).finally(() => clearTimeout(timer))
  const content = recording.lines.map((line) => `${line}\n`).join('')
  if (out === undefined) writeContent(toText(content), io)
  else writePrivate(out, toUint8(content), force)
  io.err(
    `${plural(recording.lines.length, 'command')} of ${plural(recording.clients.size, 'client')}${recording.isFull ? '; stopped at the limit of a capture' : ''}${recording.skipped === 0 ? '' : `; ${plural(recording.skipped, 'line')} too long to keep`}. Open the capture in Replay; it holds keys and values.\n`,
  )
  return 0
}
