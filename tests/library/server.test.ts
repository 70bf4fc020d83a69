import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { InputError, RefusedError, startServer, type TestServer } from '../../src/library'

const acl = `user default off
user app on >app_password ~app:* &app:* +@read +@write +@connection +publish +subscribe +eval
user hashed on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b ~* +get
user anyone on nopass ~* +get
user admin on >p@ss:/é ~* &* +@all
user none on ~* +get
`
let server: TestServer

const connected = async (url: string): Promise<ReturnType<typeof createClient>> => {
  const client = createClient({ url })
  client.on('error', () => undefined)
  await client.connect()
  return client as ReturnType<typeof createClient>
}

beforeAll(async () => {
  server = await startServer({
    acl,
    conf: 'port 0\nbind 10.9.8.7\nunixsocket /nonexistent/x.sock\n',
    passwords: { hashed: 'test' },
    target: 'redis-7.2',
  })
})
afterEach(() => server.reset())
afterAll(() => server.close())

test('a client works with the address of a user, and ACL LOG has what was denied', async () => {
  expect(server.url()).toBe(`redis://127.0.0.1:${server.port}`)
  const client = await connected(server.url('app'))
  await client.set('app:1', 'a')
  expect(await client.get('app:1')).toBe('a')
  await expect(client.get('secret:1')).rejects.toThrow('NOPERM')
  await expect(client.get('secret:1')).rejects.toThrow('NOPERM')
  expect(server.aclLog()).toEqual([
    {
      count: 2,
      reason: 'key',
      context: 'toplevel',
      object: 'secret:1',
      username: 'app',
      clientInfo: expect.stringContaining('user=app'),
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    },
  ])
  client.destroy()
})

test('each kind of password is in the address, escaped', async () => {
  for (const user of ['hashed', 'anyone', 'admin']) {
    const client = await connected(server.url(user))
    expect(await client.get('x')).toBe(null)
    client.destroy()
  }
  expect(server.url('admin')).toContain('://admin:p%40ss%3A%2F%C3%A9@127')
  expect(() => server.url('nobody')).toThrow(new InputError('There is no user "nobody".'))
  expect(() => server.url('none')).toThrow(
    `The password of none is not in the files. Start the server with passwords: { "none": '…' }`,
  )
})

test('reset restores data, users, configuration and ACL LOG, and keeps clients', async () => {
  const admin = await connected(server.url('admin'))
  const app = await connected(server.url('app'))
  await app.set('app:1', 'a')
  await app.get('secret').catch(() => undefined)
  await admin.aclSetUser('extra', ['on', 'nopass', '+@all'])
  await admin.configSet('acllog-max-len', '0')
  await admin.configSet('acl-pubsub-default', 'allchannels')
  await admin.scriptLoad('return 1')
  server.reset()
  expect(await app.get('app:1')).toBe(null)
  expect(await admin.aclUsers()).toEqual(['admin', 'anyone', 'app', 'default', 'hashed', 'none'])
  expect(await admin.configGet('acl*')).toMatchObject({
    'acllog-max-len': '128',
    'acl-pubsub-default': 'resetchannels',
  })
  expect(await admin.scriptExists('e0e1f9fabfc9d4800c877a703b823ac0578ff8db')).toEqual([0])
  await app.get('secret').catch(() => undefined)
  expect(server.aclLog()).toHaveLength(1)
  server.reset()
  expect(server.aclLog()).toEqual([])
  app.destroy()
  admin.destroy()
})

test('ACL SAVE writes to memory only', async () => {
  const admin = await connected(server.url('admin'))
  await admin.aclSetUser('extra', ['on', 'nopass', '+@all'])
  await admin.aclSave()
  // This release ends all connections on ACL LOAD.
  await admin.aclLoad().catch(() => undefined)
  admin.destroy()
  const again = await connected(server.url('admin'))
  expect(await again.aclUsers()).toContain('extra')
  again.destroy()
})

test('scripts run', async () => {
  const app = await connected(server.url('app'))
  expect(await app.eval("return redis.call('SET', KEYS[1], 'x')", { keys: ['app:1'] })).toBe('OK')
  app.destroy()
})

test('close ends clients and frees the port, and may be called twice', async () => {
  const other = await startServer({ acl })
  const again = startServer({ acl, port: other.port })
  await expect(again).rejects.toBeInstanceOf(RefusedError)
  await expect(again).rejects.toThrow('Address already in use')
  await other.close()
  await other.close()
  const third = await startServer({ acl, port: other.port })
  expect(third.port).toBe(other.port)
  await third.close()
})

test('options that cannot be used reject, and files that the server refuses', async () => {
  const any = (value: unknown): never => value as never
  await expect(startServer({ acl, port: 70_000 })).rejects.toThrow(
    'port must be an integer from 0 to 65535, not 70000.',
  )
  await expect(startServer({ acl, port: any('1') })).rejects.toThrow(
    'port must be an integer from 0 to 65535, not "1".',
  )
  await expect(startServer({ acl, log: any(1) })).rejects.toThrow('log must be a function, not 1.')
  await expect(startServer({ acl, passwords: any([]) })).rejects.toThrow('passwords must be an object, not an array.')
  await expect(startServer({ acl, passwords: { app: any(1) } })).rejects.toThrow(
    'passwords["app"] must be a string, not 1.',
  )
  await expect(startServer({ acl, passwords: { appp: 'x' } })).rejects.toThrow('passwords: there is no user "appp".')
  await expect(startServer({ acl: 'user x +nosuch\n' })).rejects.toMatchObject({
    name: 'RefusedError',
    places: [{ line: 1 }],
  })
})
