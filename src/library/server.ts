import { freePort } from './free-port'
import { fromText, toText, toTextExact, type Bytes } from '../acl/bytes'
import { AclLines, aclWords } from '../acl/aclfile'
import { hashPassword } from '../acl/password'
import { parseRule } from '../acl/rule'
import type { User } from '../acl/user'
import { StartRefused } from '../cli/cannot-run'
import { serve, type Serving } from '../cli/serve'
import { parseConfigFile } from '../server/config-file'
import { startServer as startEngine } from '../server/start'
import { InputError, RefusedError } from './errors'
import { aclPath, engineOptions, memoryFiles, readInput, record, shown, textOf, type Input } from './input'
import { startOn } from './policy'
import { resetterOf } from './reset'
import type { AclLogEntry, StartOptions, TestServer } from './types'

/** The number of free ports to try: somebody may take the one that was found. */
const TRIES = 5

/**
 * Starts a simulated server on loopback, which answers clients as a server of the target does. Data is in memory only;
 * `bind`, `port`, `tls-port` and `unixsocket` of redis.conf are ignored. Rejects with RefusedError where the server does not start on
 * these files, or the port is in use.
 */
export async function startServer(options: StartOptions): Promise<TestServer> {
  const input = await readInput(options)
  const { port = 0, log = () => undefined } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InputError(`port must be an integer from 0 to 65535, not ${shown(port)}.`)
  if (typeof log !== 'function') throw new InputError(`log must be a function, not ${shown(log)}.`)
  const passwords = passwordsOf(options)
  // Started once without listening: it reports the places of errors.
  startOn(input, startEngine(engineOptions(input)))
  const serving = await listen(input, port, log)
  try {
    addPasswords(serving, passwords)
  } catch (reason) {
    await serving.stop()
    throw reason
  }
  return new LoopbackServer(serving, input, passwords)
}

function passwordsOf({ passwords = {} }: StartOptions): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(record(passwords, 'passwords')).map(([user, password]) => [
      user,
      textOf(password, `passwords[${JSON.stringify(user)}]`),
    ]),
  )
}

/** The lines that turn TLS off, so that no certificates are read. */
const withoutTls = ['tls-port 0', 'tls-replication no', 'tls-cluster no']

async function listen(input: Input, port: number, log: (line: string) => void): Promise<Serving> {
  for (let tried = 1; ; tried++) {
    const chosen = port === 0 ? await freePort() : port
    const lines = [
      `port ${chosen}`,
      ...withoutTls,
      'bind 127.0.0.1',
      ...withoutSocket(input.conf),
      `aclfile ${aclPath}`,
    ]
    try {
      return await serve({
        target: input.target.id,
        ...(input.target.evidence === 'derived' && { version: input.target.release }),
        modules: input.target.modules,
        confPath: null,
        extraConf: `${input.conf}\n${lines.join('\n')}\n`,
        files: memoryFiles(input.acl, input.files),
        log,
      })
    } catch (reason) {
      if (!(reason instanceof StartRefused)) throw reason
      if (port === 0 && tried < TRIES && reason.code === 'EADDRINUSE') continue
      throw new RefusedError(reason.message, reason.message, [])
    }
  }
}

/** Returns the line that removes the Unix socket of a configuration; none where it has none. */
function withoutSocket(conf: Bytes): string[] {
  return parseConfigFile(conf).some(({ words }) => words?.[0] === 'unixsocket') ? ['unixsocket ""'] : []
}

function addPasswords({ server }: Serving, passwords: ReadonlyMap<string, string>): void {
  for (const [name, password] of passwords) {
    const user = server.users.get(fromText(name))
    if (user === undefined) throw new InputError(`passwords: there is no user ${shown(name)}.`)
    if (!user.nopass) server.users.setUser(user.name, [`>${fromText(password)}`])
  }
}

class LoopbackServer implements TestServer {
  readonly #serving: Serving
  readonly #input: Input
  readonly #passwords: ReadonlyMap<string, string>
  readonly #reset: () => void
  #closing: Promise<void> | null = null
  readonly port: number

  constructor(serving: Serving, input: Input, passwords: ReadonlyMap<string, string>) {
    this.#serving = serving
    this.#input = input
    this.#passwords = passwords
    this.#reset = resetterOf(serving.server)
    this.port = serving.port ?? 0
  }

  url(user?: string): string {
    const host = `127.0.0.1:${this.port}`
    if (user === undefined) return `redis://${host}`
    const found = this.#serving.server.users.get(fromText(textOf(user, 'user')))
    if (found === undefined) throw new InputError(`There is no user ${shown(user)}.`)
    const password = this.#passwordOf(found, user)
    if (password === null)
      throw new InputError(
        `The password of ${user} is not in the files. Start the server with passwords: { ${JSON.stringify(user)}: '…' }`,
      )
    return `redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}`
  }

  /** Returns a password that logs in as the user; null where only hashes are known. */
  #passwordOf(user: User, name: string): string | null {
    if (user.nopass) return 'any'
    const given = this.#passwords.get(name)
    if (given !== undefined) return given
    const hashes = new Set(user.passwords.map(({ hash }) => hash))
    const candidates = [...passwordsInFile(this.#input.acl, user.name), this.#serving.server.config.get('requirepass')]
    const found = candidates.find((password) => password !== '' && hashes.has(hashPassword(password)))
    return found === undefined ? null : toTextExact(found)
  }

  aclLog(): readonly AclLogEntry[] {
    return this.#serving.server.aclLog.entries.map(
      ({ count, reason, context, object, username, clientInfo, createdAt, updatedAt }) => ({
        count,
        reason,
        context,
        object: toText(object),
        username: toText(username),
        clientInfo: toText(clientInfo),
        createdAt: new Date(createdAt),
        updatedAt: new Date(updatedAt),
      }),
    )
  }

  reset(): void {
    this.#reset()
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#serving.stop())
  }
}

/** Returns the passwords in clear on the line of a user. */
function passwordsInFile(acl: Bytes, name: Bytes): Bytes[] {
  const found: Bytes[] = []
  const lines = new AclLines(acl)
  while (lines.next()) {
    const [, user, ...rules] = aclWords(acl, lines.from, lines.to).map(({ text }) => text)
    if (user !== name) continue
    for (const rule of rules.map(parseRule))
      if (rule.kind === 'password' && rule.adds && rule.form === 'plain') found.push(rule.value)
  }
  return found
}
