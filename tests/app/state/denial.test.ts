import { expect, test } from 'vitest'
import { previewOf } from '../../../src/app/state/preview'
import { Playground } from '../../../src/app/state/Playground.svelte'
import { statementOfEntry } from '../../../src/app/expectations/statements'
import { blankState } from '../../../src/workspace/state'

const acl = 'user default on nopass ~* &* +@all\nuser app on >right ~app:* &* +@all\n'

async function open(users = acl, login: string | null = 'app'): Promise<Playground> {
  const playground = new Playground()
  await playground.restore({
    ...blankState('redis-8.0'),
    files: { acl: users, conf: 'aclfile users.acl\n' },
    connections: [{ origin: { kind: 'loopback' }, login }],
  })
  return playground
}

async function run(playground: Playground, line: string): Promise<string> {
  const one = playground.connections.current
  const entry = one === null ? null : await playground.connections.run(one, line)
  const { kind, text } = entry?.verdict ?? { kind: '', text: '' }
  return `${kind}: ${text}`
}

function preview(playground: Playground, line: string): string {
  const one = playground.connections.current
  const { kind, text } = (one === null ? null : previewOf(line, one, playground.host.server, null).verdict) ?? {
    kind: '',
    text: '',
  }
  return `${kind}: ${text}`
}

test.each([
  ['AUTH app wrong', 'auth'],
  ['AUTH nobody x', 'auth'],
  ['AUTH x', 'auth'],
  ['AUTH app right now', 'auth'],
  ['HELLO 3 AUTH app wrong', 'auth'],
  ['HELLO 3 SETNAME x AUTH app wrong', 'auth'],
  ['SORT app:1 BY w_*', 'key'],
  ['CONFIG SET dir /tmp', 'configuration'],
  ['DEBUG SLEEP 0', 'configuration'],
])('%s is denied after the access check, before it runs and when it did', async (line, reason) => {
  const playground = await open()
  expect(preview(playground, line)).toBe(`no: would be denied: ${reason}`)
  expect(await run(playground, line)).toBe(`no: ${reason}`)
})

test.each(['AUTH app right', 'HELLO 3 AUTH app right', 'SORT app:1', 'CONFIG SET maxclients 100', 'LPUSH app:1 x'])(
  '%s is allowed',
  async (line) => {
    const playground = await open()
    expect(preview(playground, line)).toBe('ok: would be allowed')
    expect(await run(playground, line)).toBe('ok: allowed')
  },
)

test('an edit that lets the command pass after all changes the verdict', async () => {
  const playground = await open()
  expect(await run(playground, 'SORT app:1 BY w_*')).toBe('no: key')
  const entry = playground.connections.current?.entries.at(-1)
  expect(entry && statementOfEntry(entry)).toMatchObject({ verb: 'cannot', because: 'key' })
  playground.edit('acl', acl.replace('~app:*', '~*'))
  playground.connections.judgeAgain()
  expect(entry?.verdict?.text).toBe('was denied, now allowed')
  expect(entry && statementOfEntry(entry)).toMatchObject({ verb: 'can', because: null })
})

test('what MULTI queues is judged by the access check alone', async () => {
  const playground = await open()
  await run(playground, 'MULTI')
  expect(await run(playground, 'SORT app:1 BY w_*')).toBe('ok: allowed')
  playground.connections.judgeAgain()
  expect(playground.connections.current?.entries.at(-1)?.verdict?.text).toBe('allowed')
  expect(await run(playground, 'EXEC')).toBe('ok: allowed')
})

test.each([
  ['AUTH app wrong', 'this is not a password of app'],
  ['AUTH wrong', 'default is off'],
  ['AUTH nobody x', 'there is no user nobody'],
  ['AUTH idle x', 'idle is off'],
  ['AUTH new x', 'new has no password'],
  ['HELLO 3 AUTH app wrong', 'this is not a password of app'],
])('%s of a client that is not logged in is denied, and says why', async (line, why) => {
  const playground = await open('user default off\nuser app on >right\nuser idle off >x\nuser new on\n', null)
  expect(preview(playground, line)).toBe('no: would be denied: auth')
  expect(await run(playground, line)).toBe('no: auth')
  expect(playground.connections.current?.entries.at(-1)?.denial?.why).toBe(why)
  playground.connections.judgeAgain()
  expect(playground.connections.current?.entries.at(-1)?.verdict?.text).toBe('auth')
})

test('a client that is not logged in is told so for HELLO without AUTH, and may log in', async () => {
  const playground = await open('user default off\nuser app on >right\n', null)
  expect(await run(playground, 'HELLO 3')).toBe('no: not logged in')
  expect(await run(playground, 'CONFIG SET dir /tmp')).toBe('no: not logged in')
  expect(await run(playground, 'AUTH app right')).toBe('ok: allowed')
})
