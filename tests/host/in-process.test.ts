import { expect, test } from 'vitest'
import { Asker, Client } from '../../src/host/client'
import { inProcess } from '../../src/host/in-process'
import type { ServerBasis } from '../../src/host/protocol'
import type { PatternLine } from '../../src/analysis/key-access/pattern'

const environment = {
  now: () => performance.timeOrigin + performance.now(),
  breath: () => new Promise<void>((resolve) => setImmediate(resolve)),
}
const client = (): Client => new Client(inProcess(environment), { after: () => () => undefined })
const redis = [{ id: 'redis-8.0', modules: false }] as const

test('an engine in process answers as a worker does', async () => {
  const asker = new Asker(client())
  const before = 'user app on nopass ~app:* +get\n'
  const result = await asker.ask('compare', redis, { before, after: before.replace('+get', '+set'), conf: '' })
  expect(result?.changes.map(({ name }) => name)).toEqual(['app'])
})

test('a question that a newer one replaces has no answer', async () => {
  const asker = new Asker(client())
  const simplify = (acl: string) => asker.ask('simplify', redis, { acl, conf: '', user: null })
  const [first, second] = await Promise.all([simplify('user a on +get +get\n'), simplify('user b on +get +get\n')])
  expect(first).toBeNull()
  expect(second?.shorter.map(({ name }) => name)).toEqual(['b'])
})

test('a question that cannot be answered fails, and the next one is answered', async () => {
  const asker = new Asker(client())
  await expect(asker.ask('simplify', [], { acl: '', conf: '', user: null })).rejects.toMatchObject({ reason: 'failed' })
  expect(await asker.ask('simplify', redis, { acl: '', conf: '', user: null })).toMatchObject({ shorter: [] })
})

test('the goals of an exercise are graded, and its rules shortened', async () => {
  const asker = new Asker(client())
  const files = { acl: 'user app on nopass ~app:* +get +get\n', conf: 'aclfile users.acl\n' }
  const goals = 'app can GET app:1\napp cannot GET other:1\n* cannot FLUSHALL\n'
  const results = await asker.ask('grade', redis, { lesson: { goals }, files })
  expect(results?.map(({ met }) => met)).toEqual([true, true, false])
  expect(await asker.ask('shorten', redis, { acl: files.acl, users: ['app', 'nobody'] })).toEqual([
    { user: 'app', rules: 'on nopass ~app:* +get' },
  ])
})

test('the users that reach a pattern come in parts, those first that reach it', async () => {
  const lines = Array.from({ length: 600 }, (_, i) => `user u${i} on nopass ~b:* +get\n`)
  const acl = `${lines.join('')}user app on nopass ~a:* +get\n`
  const basis: ServerBasis = {
    conf: 'aclfile users.acl\n',
    settings: [],
    acl,
    allChannels: false,
    changedRoles: [],
    goneRoles: [],
    changed: [],
    gone: [],
    isFull: false,
    stopped: null,
  }
  const parts: (readonly PatternLine[])[] = []
  const input = { basis, kind: 'key', pattern: 'a:*' } as const
  const statements = await new Asker(client()).ask('pattern', redis, input, { onPart: (part) => parts.push(part) })
  expect(parts.map(({ length }) => length)).toEqual([500, 102])
  expect(parts[0]?.slice(0, 2).map(({ name }) => name)).toEqual(['app', 'default'])
  expect(statements?.map(({ text }) => text)).toContain('only default can write keys a:*')
})

test('a question is answered as the exact release that it names', async () => {
  const asker = new Asker(client())
  const before = 'user u on nopass ~a +get (+pfmerge)\n'
  const texts = { before, after: before.replace(' (+pfmerge)', ''), conf: '' }
  const changes = async (release: string): Promise<readonly string[] | undefined> => {
    const version = { id: 'valkey-7.2', modules: false, release } as const
    return (await asker.ask('compare', [version], texts))?.changes.map(({ kind }) => kind)
  }
  expect(await changes('7.2.15')).not.toEqual(await changes('7.2.16'))
  expect(await changes('7.2.7')).toEqual(await changes('7.2.15'))
})
