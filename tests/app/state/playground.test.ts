import { expect, test, vi } from 'vitest'
import type { Console } from '../../../src/app/state/Console.svelte'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { hideSecrets } from '../../../src/workspace/secrets'
import { readState } from '../../../src/workspace/read-state'
import { type WorkspaceState, blankState } from '../../../src/workspace/state'

const conf = 'aclfile users.acl\n'
const acl = 'user default on nopass ~* &* +@all\nuser app on >secret ~app:* +@all\n'

async function open(state: Partial<WorkspaceState> = {}): Promise<Playground> {
  const playground = new Playground()
  await playground.restore({ ...blankState('redis-8.0'), files: { acl, conf }, ...state })
  return playground
}

function consoleOf(playground: Playground): Console {
  if (playground.connections.current === null) throw new Error('there is always a connection')
  return playground.connections.current
}

/** The lines of a transcript: what was typed with what came back, and notices. */
const shown = (one: Console): string[] =>
  one.entries.map(({ line, lines }) =>
    [line, ...lines.map((pieces) => pieces.map(({ text }) => text).join(''))].join(' → '),
  )

const loginAs = (login: string): Pick<WorkspaceState, 'connections'> => ({
  connections: [{ origin: { kind: 'loopback' }, login }],
})
const disabled = 'WRONGPASS invalid username-password pair or user is disabled.'

test('a log-in by name is answered as a server answers it', async () => {
  const files = { conf, acl: `${acl}user away off >secret +@all\nuser locked on +@all\n` }
  for (const [login, user, lines] of [
    ['app', 'app', []],
    ['away', 'default', [`Not logged in as away: ${disabled}`]],
    ['locked', 'default', [`Not logged in as locked: ${disabled}`]],
    ['nobody', 'default', [`Not logged in as nobody: ${disabled}`]],
  ] as const) {
    const one = consoleOf(await open({ files, ...loginAs(login) }))
    expect([one.userLabel, shown(one)]).toEqual([user, lines])
  }
  const old = consoleOf(
    await open({ target: 'redis-6.0', files: { conf, acl: files.acl.replace('&* ', '') }, ...loginAs('away') }),
  )
  expect(shown(old)).toEqual(['Not logged in as away: WRONGPASS invalid username-password pair'])
})

test('a client that never logged in is not logged in once a restart finds default off, and nothing is said of a log-in', async () => {
  const playground = await open()
  playground.edit('acl', 'user default off\nuser app on nopass ~* +@all\n')
  playground.start()
  const one = consoleOf(playground)
  expect([one.userLabel, shown(one).filter((line) => line.startsWith('Not logged in'))]).toEqual(['not logged in', []])
})

test('commands of a workspace run under another file until one of them loads its own', async () => {
  const playground = new Playground()
  const entries = ['GET a', '', 'GET a'].map((line) => ({ on: 0, line }))
  const files = { conf, acl: 'user default off\nuser app on nopass ~* +get\n' }
  const state = { ...blankState('redis-8.0'), files, entries, ...loginAs('app') }
  await playground.restore(state, null, { first: 'user app on nopass ~* +set\n' })
  expect(consoleOf(playground).entries.map(({ first }) => first?.allowed)).toEqual([false, true])
  expect(playground.host.server?.aclLog.entries).toHaveLength(1)
  expect(playground.host.agrees).toBe(true)
})

test('a shared log-in is carried out without its password, with what else the line did, and refused where a server would refuse it', async () => {
  const lines = ['AUTH app secret', 'HELLO 3 AUTH app secret', 'HGETALL app:h']
  const first = await open()
  for (const line of lines) await first.connections.run(consoleOf(first), line)
  const shared = hideSecrets(first.snapshot())
  expect(JSON.stringify(shared)).not.toContain('secret')
  const again = await open(shared)
  expect(consoleOf(again).userLabel).toBe('app')
  expect(consoleOf(again).connection?.protocol).toBe(3)
  expect(again.snapshot()).toEqual(shared)
  expect(consoleOf(again).entries[1]?.lines.length).toBe(consoleOf(first).entries[1]?.lines.length)

  const off = await open({ ...shared, files: { conf, acl: acl.replace('app on', 'app off') } })
  expect(shown(consoleOf(off)).slice(0, 2)).toEqual([
    `AUTH app password-not-shared → (error) ${disabled}`,
    `HELLO 3 AUTH app password-not-shared → (error) ${disabled}`,
  ])
  expect(consoleOf(off).userLabel).toBe('default')
  expect(off.snapshot().entries).toEqual(shared.entries)
})

test('a connection whose user is gone opens for another user without a failed log-in', async () => {
  const playground = await open({ target: 'redis-7.0', ...loginAs('app') })
  const { connections, host } = playground
  const one = consoleOf(playground)
  playground.edit('acl', 'user default on nopass ~* &* +@all\nuser other on >secret ~* +@all\n')
  expect(one.connected).toBe(false)
  await connections.logInAs(one, 'other')
  expect(one.userLabel).toBe('other')
  expect(shown(one)).toEqual(['app is gone: the server closed this connection.', 'AUTH other password-not-shared → OK'])
  expect(host.server?.aclLog.entries.length).toBe(0)
})

test('a user that goes off takes its connections along where ACL LOAD ends them, and brings them back', async () => {
  const playground = await open({ target: 'redis-7.0', ...loginAs('app') })
  const one = consoleOf(playground)
  const labels: string[] = []
  for (const text of [
    acl.replace('app on', 'app off'),
    `${acl.replace('app on', 'app off')}user new on\n`,
    acl,
    'user default on nopass ~* +@all\n',
    acl,
  ]) {
    playground.edit('acl', text)
    labels.push(one.userLabel)
  }
  expect(labels).toEqual(['not connected', 'not connected', 'app', 'not connected', 'app'])
  expect(shown(one)).toEqual([])
  // Only the last reason is said, and none once the user is back.
  for (const [text, said] of [
    ['user default on nopass ~* +@all\n', ['app is gone: the server closed this connection.']],
    [acl.replace('app on', 'app off'), ['app cannot log in any more: the server closed this connection.']],
    [acl, []],
    [acl.replace('app on', 'app off'), ['app cannot log in any more: the server closed this connection.']],
  ] as const) {
    playground.edit('acl', text)
    expect(shown(one)).toEqual(said)
  }
})

test('what was saved comes back as it was', async () => {
  const playground = await open({
    connections: [
      { origin: { kind: 'loopback' }, login: 'app' },
      { origin: { kind: 'unix', as: 'group' }, login: null },
    ],
  })
  const [app, other] = playground.connections.all
  if (app === undefined || other === undefined) throw new Error('there are two')
  for (const line of [
    'SET app:1 x',
    'AUTH app wrong',
    'ACL SETUSER late on nopass',
    'GET "unclosed',
    'BLPOP app:list 0',
    '3 INCR app:n',
  ])
    await playground.connections.run(app, line)
  playground.edit('acl', `${acl}user more on\n`)
  await playground.connections.run(other, 'PING')
  const saved = readState(JSON.parse(JSON.stringify(playground.snapshot())))
  if (saved === null) throw new Error('it can be read')
  const again = await open(saved)
  expect(JSON.stringify(again.snapshot())).toBe(JSON.stringify(saved))
})

test('what a stopped server has yet to run is kept, but for what belongs to a connection that was closed', async () => {
  const loopback = { origin: { kind: 'loopback' }, login: null } as const
  const entries = [
    { on: 0, line: 'SET a 1' },
    { on: 1, line: 'SET b 1' },
    { on: 0, line: '' },
    { on: 2, line: 'SET c 1' },
  ]
  const playground = await open({
    files: { acl: '# refused', conf },
    connections: [loopback, loopback, loopback],
    entries,
  })
  expect([playground.host.server, playground.connections.pending]).toEqual([null, 4])
  const [first, second] = playground.connections.all
  if (first === undefined || second === undefined) throw new Error('there are three')
  playground.connections.close(second)
  playground.connections.close(first)
  expect(playground.snapshot().entries).toEqual([
    { on: 0, line: '' },
    { on: 0, line: 'SET c 1' },
  ])
  playground.edit('acl', acl)
  await expect.poll(() => playground.connections.pending).toBe(0)
  expect(shown(consoleOf(playground))).toEqual(['SET c 1 → OK'])
})

test('of two workspaces asked for at once, the later one stands', async () => {
  const playground = await open()
  const [first, second] = [
    { ...blankState('valkey-9.1'), files: { acl: 'user first on\n', conf } },
    { ...blankState('redis-8.0'), files: { acl: 'user second on\n', conf } },
  ]
  expect(await Promise.all([playground.restore(first), playground.restore(second)])).toEqual([false, true])
  expect([playground.host.targetId, playground.files.acl.text]).toEqual(['redis-8.0', 'user second on\n'])
})

test('users.acl is compared with what it was when it was opened, until another version is chosen', async () => {
  const playground = await open()
  playground.edit('acl', `${acl}user b on\n`)
  expect(playground.before).toEqual({ opened: acl, chosen: acl })
  playground.files.baseline = 'user older on\r\n'
  expect(playground.before).toEqual({ opened: acl, chosen: 'user older on\n' })
  const reloaded = new Playground()
  await reloaded.restore(playground.snapshot(), playground.before)
  expect(reloaded.before).toEqual({ opened: acl, chosen: 'user older on\n' })
  await reloaded.restore(playground.snapshot())
  expect(reloaded.before).toEqual({ opened: `${acl}user b on\n`, chosen: `${acl}user b on\n` })
})

test('a long session is kept from its end, and can be opened again', async () => {
  const playground = await open()
  for (let i = 0; i < 2_010; i++) await playground.connections.run(consoleOf(playground), `ECHO ${i}`)
  const saved = readState(playground.snapshot())
  expect(saved?.entries).toHaveLength(2_000)
  expect(saved?.entries[0]?.line).toBe('ECHO 10')
})

/** Waits until a long file is loaded. */
const loaded = (playground: Playground): Promise<void> =>
  vi.waitFor(() => expect(playground.isLoading).toBe(false), { timeout: 30_000 })

const tenants = (count: number): string =>
  Array.from({ length: count }, (_, i) => `user t${i} on nopass ~tenant:${i}:* +@read +@write\n`).join('')

test('a long change is loaded as a whole, the last one only', async () => {
  const playground = await open()
  const { host } = playground
  playground.edit('acl', 'user default on nopass ~* +@all\n')
  playground.edit('acl', tenants(3_000))
  expect(playground.isLoading).toBe(true)
  expect(host.userNames).toEqual(['default'])
  playground.edit('acl', tenants(3_000).slice(0, -1))
  playground.edit('acl', tenants(4_000))
  expect(host.userNames).toEqual(['default'])
  await loaded(playground)
  expect(host.userNames).toHaveLength(4_001)
  // A short change of a long file is loaded at once.
  playground.edit('acl', `${tenants(4_000)}user short on\n`)
  expect(host.userNames).toHaveLength(4_002)
  await playground.restart()
  expect(host.userNames).toHaveLength(4_002)
  playground.edit('acl', `${tenants(3_000)}user bad +nosuch\n`)
  expect(playground.files.state.kind).toBe('refused')
  expect(host.userNames).toHaveLength(4_002)
})

/** The places in users.acl of the rules of a user, as text. */
const placesOf = ({ host, files }: Playground, name: string): (string | undefined)[] =>
  host.users?.get(name)?.root.rules.map(({ span }) => span?.source && files.acl.text.slice(span.from, span.to)) ?? []

test('rules point into a long file that ACL SAVE wrote', async () => {
  const playground = await open()
  playground.edit('acl', tenants(3_000).replaceAll('nopass', '>secret'))
  await loaded(playground)
  const one = consoleOf(playground)
  await playground.connections.run(one, 'ACL SAVE')
  expect([playground.isLoading, one.userLabel]).toEqual([true, 'default'])
  await loaded(playground)
  expect(playground.host.agrees).toBe(true)
  const hash = playground.host.users?.get('t2999')?.passwords[0]?.hash ?? ''
  expect(placesOf(playground, 't2999').join(' ')).toBe(
    `on sanitize-payload #${hash} ~tenant:2999:* resetchannels -@all +@read +@write`,
  )
})

test('a command after ACL SAVE that changed nothing leaves a long file and memory agreed', async () => {
  const playground = await open({ files: { conf, acl: `user default on nopass ~* &* +@all\n${tenants(3_000)}` } })
  const one = consoleOf(playground)
  await playground.connections.run(one, 'ACL SAVE')
  expect(playground.isLoading).toBe(true)
  await playground.connections.run(one, 'ACL SETUSER t1 on')
  await loaded(playground)
  expect(playground.host.agrees).toBe(true)
  await playground.connections.run(one, 'ACL SETUSER t1 off')
  await vi.waitFor(() => expect(playground.host.agrees).toBe(false))
})

test('the memory is saved in the same words and order as by ACL SAVE', async () => {
  const playground = await open()
  const acl = 'user zoe on nopass ~z:* +get\nuser default on nopass ~* &* +@all\nuser amy on nopass ~a:* +get\n'
  playground.edit('acl', acl)
  playground.host.save()
  const saved = playground.files.acl.text
  playground.edit('acl', acl)
  await playground.connections.run(consoleOf(playground), 'ACL SAVE')
  expect(playground.files.acl.text).toBe(saved)
  expect(saved).toMatch(/^user amy .*\nuser default .*\nuser zoe /)
})

test('what is typed while a saved file is loaded counts', async () => {
  const playground = await open()
  playground.edit('acl', tenants(3_000))
  await loaded(playground)
  await playground.connections.run(consoleOf(playground), 'ACL SAVE')
  playground.edit('acl', `${playground.files.acl.text}user typed on\n`)
  await loaded(playground)
  expect(playground.host.users?.get('typed')?.enabled).toBe(true)
  expect(playground.host.agrees).toBe(true)
})

test.each([
  ['short', 10],
  ['long', 3_000],
])(
  'users that change right behind ACL SAVE stay so, and the others point into the file: a %s file',
  async (_, count) => {
    const playground = await open()
    playground.edit('acl', tenants(count))
    await loaded(playground)
    const one = consoleOf(playground)
    for (const line of ['MULTI', 'ACL SAVE', 'ACL SETUSER t3 ~more', 'ACL SETUSER new on', 'ACL DELUSER t4', 'EXEC'])
      await playground.connections.run(one, line)
    await loaded(playground)
    const { host } = playground
    expect([host.users?.get('t3')?.root.describe(), host.users?.get('new')?.enabled, host.users?.get('t4')]).toEqual([
      '~tenant:3:* ~more resetchannels -@all +@read +@write',
      true,
      undefined,
    ])
    expect([host.agrees, host.isAsLoaded]).toEqual([false, false])
    expect(placesOf(playground, 't5')).toContain('~tenant:5:*')
    expect(playground.files.acl.text).toContain('user t4 ')
  },
)

test('plain passwords of a file are hashed soon after it is loaded', async () => {
  const playground = await open()
  playground.edit('acl', tenants(3_000).replaceAll('nopass', '>secret'))
  await loaded(playground)
  const isHashed = (): boolean => playground.host.users?.get('t2999')?.passwords.every((one) => one.isHashed) ?? false
  expect(isHashed()).toBe(false)
  await vi.waitFor(() => expect(isHashed()).toBe(true), { timeout: 30_000 })
})

test('a long change is not loaded into another workspace, nor a restart made in it', async () => {
  const playground = await open()
  playground.edit('acl', tenants(3_000))
  const restarting = playground.restart()
  await playground.restore(blankState('redis-8.0'))
  await restarting
  await loaded(playground)
  expect(playground.files.acl.text).not.toContain('user t1')
  expect(playground.host.userNames).toEqual(['default'])
  const long = { ...blankState('redis-8.0'), files: { ...blankState('redis-8.0').files, acl: tenants(3_000) } }
  await playground.restore(long)
  expect(playground.host.userNames).toHaveLength(3_001)
})

test('a file of five million characters is loaded, edited and kept', async () => {
  const line = 'user u123456 on #6d4525c2a21f9be1cca9e41f3aa402e0765ee5fcc3e7fea34a169b1730ae386e ~app:* +@read\n'
  const many = Array.from({ length: Math.ceil(5_000_000 / line.length) }, (_, i) =>
    line.replace('u123456', `u${i}`),
  ).join('')
  const playground = await open()
  playground.edit('acl', many)
  await loaded(playground)
  expect(playground.files.state.kind).toBe('loaded')
  expect(playground.snapshot().files.acl).toHaveLength(many.length)
  playground.edit('acl', `${many}user b on >`)
  await loaded(playground)
  expect(playground.host.userNames.length).toBeGreaterThan(50_000)
})
