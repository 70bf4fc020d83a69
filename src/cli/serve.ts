import { randomBytes, randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { fromUint8, provideDecoder, toText, type Bytes } from '../acl/bytes'
import { parseConfigFile } from '../server/config-file'
import type { SimulatedServer } from '../server/server'
import { startServer } from '../server/start'
import type { FileStore } from '../server/types'
import { labelOf } from '../targets/infos'
import { loadTarget } from '../targets/load'
import type { TargetId } from '../targets/target'
import { StartRefused } from './cannot-run'
import { CertificateFiles } from './certificate-files'
import { DiskFiles } from './files'
import { Listening, type Serving } from './listening'
import { provideLuaFromPackage } from './lua'
import { memoryShares } from './memory'
import { linkToPrimary } from './primary-link'
import { quickCommands } from './quick-commands'
import { readUpTo, TooLong } from './read-up-to'
import { systemMessage } from './system-messages'

export type { Serving } from './listening'

export interface ServeOptions {
  readonly target: TargetId
  /** The exact release to decide as; absent: the one that the target was made from. */
  readonly version?: string
  /** True to load the modules bundled with Redis 8. */
  readonly modules: boolean
  /** Path of redis.conf, `-` for standard input, or null. */
  readonly confPath: string | null
  /** Further configuration lines, which follow the file's. */
  readonly extraConf: Bytes
  /** The files that the server reads and writes; absent: those on disk. */
  readonly files?: FileStore
  /** Prints a line to the terminal. */
  readonly log: (line: string) => void
  /** Reports faults and clients that had to be closed; absent: `log` does. */
  readonly warn?: (line: string) => void
  /** Called when a client sent SHUTDOWN or the server crashed. */
  readonly onShutdown?: (why: 'shutdown' | 'crash') => void
  /** The time in milliseconds that a client has for its TLS handshake; absent: ten seconds. */
  readonly handshakeTime?: number
}

/**
 * Starts the simulated server on TCP and, where configured, on a Unix socket. Throws StartRefused where a real server
 * would not start: a missing configuration file, a bad line in it, bad users or certificates, an address in use.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const target = await loadTarget(options.target, {
    modules: options.modules,
    ...(options.version !== undefined && { version: options.version }),
  })
  const confPath = options.confPath === null || options.confPath === '-' ? null : resolve(options.confPath)
  const conf = `${readConf(options.confPath)}\n${options.extraConf}`
  const started: { server: SimulatedServer | null; listening: Listening | null } = { server: null, listening: null }
  const directory = (): string => resolve(toText(started.server?.config.get('dir') ?? directoryIn(conf)))
  const files = options.files ?? new DiskFiles(directory)
  const certificates = new CertificateFiles(directory, (problem) => {
    // At the start the problem is the server's last word, and is thrown.
    if (started.server !== null) options.log(problem)
  })
  provideLuaFromPackage()
  provideDecoder((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('latin1'))
  const shares = memoryShares()
  const result = startServer({
    target,
    conf,
    files,
    confPath,
    clock: { now: () => Date.now() },
    random: { bytes: (n) => fromUint8(randomBytes(n)), below: (n) => randomInt(n) },
    unknownDirectives: 'note',
    explain: false,
    memoryLimit: shares.data,
    tlsFiles: certificates,
    linkToPrimary: linkToPrimary(() => started.server, options.log),
    relisten: () => started.listening?.relisten() ?? Promise.resolve(true),
    onShutdown: (why) => {
      // Clients that see their connection close cannot connect again.
      void started.listening?.refuseClients()
      if (why === 'crash') options.log('The real server crashes here; the simulator stops.')
      options.onShutdown?.(why)
    },
  })
  if (!result.started)
    throw new StartRefused(
      toText(result.output) + (result.crash ? '\n(The real server crashes here; the simulator stops.)' : ''),
    )
  const { server } = result
  started.server = server
  server.times.isQuick = quickCommands(server.config)

  options.log(
    `ACL Playground: a simulator of ${labelOf(target.id)} (${target.release}), for trying access control. Data is in memory only.`,
  )
  for (const { message, span } of result.notes)
    options.log(`Note${span === null ? '' : `, line ${span.line}`}: ${message}`)
  const { log, warn = log, handshakeTime } = options
  const listening = new Listening(server, { log, warn, shares, certificates, handshakeTime })
  started.listening = listening
  try {
    await listening.open()
  } catch (reason) {
    await listening.stop()
    throw reason
  }
  return listening
}

function readConf(path: string | null): Bytes {
  if (path === null) return ''
  try {
    return fromUint8(readUpTo(path === '-' ? 0 : path))
  } catch (reason) {
    const { code = '', message } = reason as NodeJS.ErrnoException
    const why = reason instanceof TooLong ? message : (systemMessage(code) ?? message)
    throw new StartRefused(`Fatal error, can't open config file '${resolve(path)}': ${why}`)
  }
}

/** Returns the working directory that a configuration sets: ACL files are read from there during loading. */
function directoryIn(conf: Bytes): Bytes {
  const lines = parseConfigFile(conf).filter((line) => line.words?.[0] === 'dir' && line.words.length === 2)
  return lines.at(-1)?.words?.[1] ?? ''
}
