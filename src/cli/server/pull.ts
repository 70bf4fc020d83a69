import { plural } from '../formats/text'
import { dirname, join } from 'node:path'
import { toUint8 } from '../../acl/bytes'
import { debugTo } from '../debug'
import { writeContent, type Io } from '../input'
import { onOneLine } from '../printable'
import type { ServerOptions } from '../subject'
import { addressOf } from './address'
import { withServer } from './connection'
import { refuseExisting, writePrivate } from '../write-file'
import { policyOf } from './read-policy'

export interface PullOptions extends ServerOptions {
  /** The file to write, redis.conf beside it; `-` prints the users only. */
  readonly out: string
  /** Overwrites files that exist. */
  readonly force: boolean
}

/**
 * Writes the users of a server to users.acl, with hashed passwords, and the directives that were read to redis.conf
 * beside it. Throws CannotRun, and writes nothing, where a file exists already or not all users are read exactly.
 */
export async function pull(argument: string | undefined, options: PullOptions, io: Io): Promise<0> {
  addressOf(argument, process.env)
  const { out, force } = options
  const confPath = join(dirname(out), 'redis.conf')
  if (out !== '-') refuseExisting([out, confPath], force)
  const debug = debugTo(io, options.debug === true)
  const { users, conf, server } = await withServer(argument, options, io, debug, async (connection) => ({
    ...(await policyOf(connection, options, io)),
    server: connection.name,
  }))
  const acl = users.exactly()
  if (out === '-') {
    writeContent(acl.text, io)
    return 0
  }
  writePrivate(out, toUint8(acl.bytes), force)
  io.err(`${onOneLine(out)}: ${countOf(acl.text)}, with hashed passwords\n`)
  if (conf !== null) {
    const head = `# Read from ${onOneLine(server)} by CONFIG GET: only the directives that decide about access.\n`
    writePrivate(confPath, toUint8(`${head}${conf.bytes}`), force)
    io.err(`${onOneLine(confPath)}: ${plural(conf.text.split('\n').length - 1, 'directive')}; the rest was not read\n`)
  }
  return 0
}

/** Counts the lines of users and of roles: `3 users`, `3 users, 1 role`. */
function countOf(acl: string): string {
  const roles = (acl.match(/^role /gm) ?? []).length
  const users = plural(acl.split('\n').length - 1 - roles, 'user')
  return roles === 0 ? users : `${users}, ${plural(roles, 'role')}`
}
