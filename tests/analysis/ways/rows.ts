import { expect } from 'vitest'
import { fromText, toText, type Bytes } from '../../../src/acl/bytes'
import { removedCommands } from '../../../src/server/lookup'
import type { SimulatedServer } from '../../../src/server/server'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { union } from '../../../src/proof/language'
import { becoming, reaching } from '../../../src/analysis/ways/goals'
import { scriptText, scriptWords } from '../../../src/analysis/ways/script'
import { waysOn, type Way } from '../../../src/analysis/ways/search'
import { seededRandom } from '../../conformance/replay'
import { OwnPrimary, RawClient } from './attacker'

/** A policy with a way for the user app, whose password is `app-password`. */
export interface Row {
  readonly name: string
  /** The rules of app beside its password. */
  readonly app: string
  /** Lines of users.acl beside those of app and admin; default is off unless one of them is its. */
  readonly others?: readonly string[]
  /** The rules of admin, in place of its password. */
  readonly admin?: string
  readonly conf?: readonly string[]
  /** The user to become; without, keys secret:* are to be reached. */
  readonly become?: string
  /** The script as it is shown. */
  readonly script: readonly string[]
  /** The targets that have what it needs; all by default. */
  readonly targets?: readonly TargetId[]
}

const functions =
  "FUNCTION LOAD REPLACE \"#!lua name=theirs\\nredis.register_function('theirs', function() return redis.call('SET', 'secret:1', 'x') end)\""

export const rows: readonly Row[] = [
  {
    name: 'ACL SETUSER gives a password to admin',
    app: '+acl|setuser',
    become: 'admin',
    script: ['app> ACL SETUSER admin on >chosen-password', 'app> AUTH admin chosen-password'],
  },
  {
    name: 'ACL SETUSER gives the user itself the keys',
    app: '~app:* +get +acl|setuser',
    script: ['app> ACL SETUSER app ~* +get', 'app> GET secret:0'],
  },
  {
    name: 'CONFIG GET prints the password of admin as masterauth, for a user without keys',
    app: '+config|get',
    conf: ['masterauth admin-password'],
    become: 'admin',
    script: ['app> CONFIG GET masterauth', 'app> AUTH admin <masterauth>'],
  },
  {
    name: 'CONFIG GET prints requirepass, which admin has too',
    app: '+config|get',
    conf: ['requirepass admin-password'],
    become: 'admin',
    script: ['app> CONFIG GET requirepass', 'app> AUTH admin <requirepass>'],
  },
  {
    name: 'CONFIG SET requirepass gives a password to default',
    app: '+config|set',
    others: ['user default on >default-password ~* &* +@all'],
    become: 'default',
    script: ['app> CONFIG SET requirepass chosen-password', 'app> AUTH default chosen-password'],
  },
  {
    name: 'CONFIG SET requirepass leads to default, and default to admin',
    app: '+config|set',
    others: ['user default on >default-password ~* &* +@all'],
    become: 'admin',
    script: [
      'app> CONFIG SET requirepass chosen-password',
      'app> AUTH default chosen-password',
      'default> ACL SETUSER admin on >chosen-password',
      'default> AUTH admin chosen-password',
    ],
  },
  {
    name: 'CONFIG SET maxmemory has every key evicted',
    app: '+config|set',
    script: ['app> CONFIG SET maxmemory-policy allkeys-random', 'app> CONFIG SET maxmemory 1'],
  },
  {
    name: 'a primary of its own sends ACL SETUSER',
    app: '+replicaof',
    become: 'admin',
    script: [
      'app> REPLICAOF 203.0.113.9 6379',
      'their primary> ACL SETUSER admin on >chosen-password',
      'app> AUTH admin chosen-password',
    ],
  },
  {
    name: 'admin needs no password',
    app: '+ping',
    admin: 'nopass',
    become: 'admin',
    script: ['app> AUTH admin anything'],
  },
  {
    name: 'admin has the same password',
    app: '+ping',
    admin: '>app-password',
    become: 'admin',
    script: ['app> AUTH admin <password of app>'],
  },
  {
    name: 'a user with the same password sees the password of admin',
    app: '+ping',
    others: ['user ops on >app-password +config|get'],
    conf: ['masterauth admin-password'],
    become: 'admin',
    script: ['app> AUTH ops <password of app>', 'ops> CONFIG GET masterauth', 'ops> AUTH admin <masterauth>'],
  },
  {
    name: 'a user without a password may change rules',
    app: '+ping',
    others: ['user ops on nopass +acl|setuser'],
    become: 'admin',
    script: ['app> AUTH ops anything', 'ops> ACL SETUSER admin on >chosen-password', 'ops> AUTH admin chosen-password'],
  },
  {
    name: 'a user without a password reads the keys',
    app: '~app:* +get',
    others: ['user backup on nopass ~secret:* +get'],
    script: ['app> AUTH backup anything', 'backup> GET secret:1'],
  },
  {
    name: 'HELLO logs in where AUTH is removed',
    app: '+ping',
    admin: 'nopass',
    conf: ['rename-command AUTH ""'],
    become: 'admin',
    script: ['app> HELLO 2 AUTH admin anything'],
  },
  {
    name: 'MONITOR shows what others read and write',
    app: '+monitor',
    script: ['app> MONITOR'],
  },
  {
    name: 'PSYNC copies all data',
    app: '+psync',
    conf: ['repl-diskless-sync-delay 0'],
    script: ['app> PSYNC ? -1'],
  },
  {
    name: 'SLOWLOG shows the arguments of slow commands',
    app: '+slowlog|get',
    conf: ['slowlog-log-slower-than 0'],
    script: ['app> SLOWLOG GET 128'],
  },
  {
    name: 'DEBUG makes keys',
    app: '+debug',
    conf: ['enable-debug-command yes'],
    script: ['app> DEBUG POPULATE 1 secret'],
  },
  {
    name: 'a function runs with the rights of whoever calls it',
    app: '+function|load',
    others: ['user worker on >worker-password ~secret:* +set +fcall'],
    script: [`app> ${functions}`, 'worker> FCALL theirs 0'],
  },
  {
    name: 'ACL SETROLE widens its own role',
    app: 'role=ops',
    others: ['role ops +acl|setrole'],
    become: 'admin',
    targets: ['valkey-9.2'],
    script: [
      'app> ACL SETROLE ops ~* &* +@all alldbs',
      'app> ACL SETUSER admin on >chosen-password',
      'app> AUTH admin chosen-password',
    ],
  },
  {
    name: 'ACL SETROLE widens the role of a user without a password',
    app: '+acl|setrole',
    others: ['role reader ~cache:* +get', 'user web on nopass role=reader'],
    become: 'admin',
    targets: ['valkey-9.2'],
    script: [
      'app> ACL SETROLE reader ~* &* +@all alldbs',
      'app> AUTH web anything',
      'web> ACL SETUSER admin on >chosen-password',
      'web> AUTH admin chosen-password',
    ],
  },
  {
    name: 'before 7.0, SORT reads what its elements name',
    app: '~app:* +sort',
    targets: ['redis-6.2'],
    script: ['app> SORT app: BY nosort GET *'],
  },
]

/** Returns the users.acl of a row. */
export function aclOf({ app, admin = '>admin-password', others = [] }: Row): string {
  const off = others.some((line) => line.startsWith('user default')) ? [] : ['user default off']
  return [
    ...others.filter((line) => line.startsWith('role')),
    ...off,
    `user admin on ${admin} ~* &* +@all`,
    `user app on >app-password ${app}`,
    ...others.filter((line) => line.startsWith('user')),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** Starts the engine on files. */
export async function engineOn(id: TargetId, acl: string, conf: readonly string[] = []): Promise<SimulatedServer> {
  const started = startServer({
    target: await loadTarget(id),
    conf: [...conf, 'aclfile users.acl'].map((line) => `${line}\n`).join(''),
    files: { read: () => fromText(acl), write: () => undefined },
    clock: { now: () => 0 },
    random: seededRandom(1),
  })
  if (!started.started) throw new Error(toText(started.message))
  return started.server
}

/** Returns the way of a user to become another, or to reach keys. */
export function wayOf(
  server: SimulatedServer,
  from: string,
  to: { readonly become: string } | { readonly reach: string },
): Way | null {
  const ways = waysOn(server)
  const user = server.users.get(fromText(from))
  const other = 'become' in to ? server.users.get(fromText(to.become)) : undefined
  if (user === undefined) throw new Error(`no user ${from}`)
  const subject = { target: server.target, hidden: removedCommands(server) }
  if ('reach' in to) {
    const keys = { keys: union([to.reach]), within: true, db: null, name: 'reach' }
    return ways.from(
      user,
      reaching((one) => ({ ...subject, user: one }), keys),
    )
  }
  if (other === undefined) throw new Error(`no user ${to.become}`)
  return ways.from(user, becoming(ways.graph, other, 'become'))
}

export const goalOf = ({ become }: Row): { readonly become: string } | { readonly reach: string } =>
  become === undefined ? { reach: 'secret:*' } : { become }

export const textOf = (server: SimulatedServer, way: Way | null): string[] =>
  (way?.lines ?? []).map((line) => scriptText(server, line))

/**
 * Follows the script of a row on a server that listens, as its own primary where it needs one, and checks that it ends with what
 * it promises.
 */
export async function follow(row: Row, engine: SimulatedServer, port: number): Promise<void> {
  const way = wayOf(engine, 'app', goalOf(row))
  if (way === null) throw new Error('no way')
  const clients = new Map<string, RawClient>()
  const client = async (user: string, password: string): Promise<RawClient> => {
    const known = clients.get(user)
    if (known !== undefined) return known
    const made = new RawClient(port)
    clients.set(user, made)
    const hasAuth = row.conf?.some((line) => line.includes('AUTH ""')) !== true
    const logIn = hasAuth ? ['AUTH', user, password] : ['HELLO', '2', 'AUTH', user, password]
    expect(await made.send(logIn)).toMatch(hasAuth ? /^\+OK/ : /^\*/)
    return made
  }
  const primary = way.lines.some(({ sender }) => sender === 'primary') ? await OwnPrimary.listen() : null
  try {
    const admin = await client('admin', row.admin?.startsWith('>') === true ? row.admin.slice(1) : 'admin-password')
    await admin.send(['SET', 'secret:1', 'value-before'])
    await admin.send(['RPUSH', 'app:', 'secret:1'])
    const app = await client('app', 'app-password')
    for (const line of way.lines) {
      const argv = scriptWords(engine, line).map((word) => known(word, primary?.port))
      if (line.sender === 'primary') primary?.say(argv)
      else if (line.sender === 'caller') await (await client(toText(line.user), 'worker-password')).send(argv)
      // What the primary sends comes when it likes.
      else if (primary !== null && argv[0] === 'AUTH')
        await expect.poll(() => app.send(argv), { timeout: 15_000, interval: 20 }).toBe('+OK\r\n')
      else expect(await app.send(argv), argv.join(' ')).not.toMatch(/^-/)
    }
    if (row.become !== undefined) {
      expect(await app.send(['ACL', 'WHOAMI'])).toContain(`\r\n${row.become}\r\n`)
      return
    }
    const last = way.lines.at(-1)?.argv ?? []
    switch (String(last[0]).toUpperCase()) {
      case 'MONITOR':
        admin.write(['SET', 'secret:1', 'value-after'])
        await app.shows('value-after')
        return
      case 'CONFIG':
        await expect.poll(() => admin.send(['EXISTS', 'secret:1']), { timeout: 15_000, interval: 20 }).toBe(':0\r\n')
        return
      case 'DEBUG':
        expect(await admin.send(['EXISTS', 'secret:0'])).toBe(':1\r\n')
        return
      case 'FCALL':
        expect(await admin.send(['GET', 'secret:1'])).toContain('\r\nx\r\n')
        return
      case 'GET':
        expect(app.text).not.toMatch(/^-/)
        return
      default:
        await app.shows('value-before')
    }
  } finally {
    for (const one of clients.values()) one.close()
    primary?.close()
  }
}

/** What an attacker puts in place of a word that stands for something known, and of an address of its own. */
function known(word: Bytes, port: number | undefined): Bytes {
  if (word === '<masterauth>' || word === '<primaryauth>' || word === '<requirepass>') return 'admin-password'
  if (word.startsWith('<password of')) return 'app-password'
  if (port === undefined) return word
  return word === '203.0.113.9' ? '127.0.0.1' : word === '6379' ? String(port) : word
}
