import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { builtFolder } from '../cli/built'
import { packed, read, root, runIn, type Ran } from './packed'

let project = ''

const run = (command: string, ...args: string[]): Ran => runIn(project, command, args)
const write = (name: string, text: string): void => writeFileSync(join(project, name), text)

/** An empty project that installed the package without a network. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'acl-playground-project-'))
  write('package.json', '{ "name": "project", "private": true }\n')
  for (const file of ['users.acl', 'users.expect']) cpSync(join(root, 'docs/examples', file), join(project, file))
  expect(run('npm', 'install', '--no-audit', '--no-fund', '--offline', packed().archive)).toMatchObject({ code: 0 })
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['acl-playground'])
}, 180_000)

/** Makes a package of the tree available to the project. */
function link(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(project, 'node_modules', name, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  }
}

test('the package has what it needs and no more, within its size', () => {
  const { files, size, unpackedSize } = packed()
  const others = files.filter((file) => !file.startsWith('dist/cli/chunks/'))
  expect(others.sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'dist/cli/LICENSE.txt',
      'dist/cli/acl-playground.js',
      'dist/cli/library.d.ts',
      'dist/cli/library.js',
      'dist/cli/liblua5.1.wasm',
      'dist/cli/licenses.txt',
      'dist/cli/package.json',
      'package.json',
    ].sort(),
  )
  const chunks = join(builtFolder(), 'chunks')
  const contents = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'))
  expect(new Set(contents).size, 'no chunk is there twice').toBe(contents.length)
  console.log(`The package has ${(size / 1000).toFixed(0)} kB, unpacked ${(unpackedSize / 1_000_000).toFixed(1)} MB.`)
  expect(size).toBeLessThan(1_250_000)
  expect(unpackedSize).toBeLessThan(6_000_000)
})

test('its description can be published: no private mark, no dependencies', () => {
  const description = JSON.parse(read('package.json')) as Readonly<Record<string, unknown>>
  expect(description).not.toHaveProperty('private')
  expect(description).not.toHaveProperty('dependencies')
  expect(description).toMatchObject({ license: 'MIT', engines: { node: expect.any(String) } })
})

test('npx runs the command line', () => {
  expect(run('npx', '--offline', 'acl-playground', 'check', 'users.acl', '--target', 'redis-7.2')).toMatchObject({
    code: 0,
    out: expect.stringContaining('users.acl: accepted by Redis 7.2 (7.2.6): 5 users'),
  })
})

test('roles are found in a file of nine users, checked, compared, held by a tenth, and expanded', () => {
  const classes = {
    shop: '~cart:* +@read +@write -@dangerous',
    cache: '~cache:* +@read -keys +@string',
    job: '~job:* +@list -@dangerous',
  }
  const nine = Object.entries(classes).flatMap(([name, rules]) =>
    [1, 2, 3].map((i) => `user ${name}-${i} on >Long-password-of-${name}-${i} ${rules}\n`),
  )
  const acl = `user default off\n${nine.join('')}`
  write('nine.acl', acl)
  write('roles.acl', acl)
  const program = (...args: string[]): Ran => run('npx', '--offline', 'acl-playground', ...args)
  expect(program('roles', 'roles.acl', '--write')).toMatchObject({
    code: 0,
    out: expect.stringContaining('3 roles; 9 lines shorter'),
  })
  expect(program('compare', 'nine.acl', 'roles.acl', '--target', 'valkey-9.2')).toMatchObject({
    code: 0,
    out: expect.stringContaining('No user’s rules or log-in changed'),
  })
  const written = readFileSync(join(project, 'roles.acl'), 'utf8')
  write('roles.acl', `${written}user tenth on >Long-password-of-a-tenth role=shop,job\n`)
  write('roles.expect', 'tenth can SET cart:1 x\ntenth can LPUSH job:1 x\nrole cache can only read keys cache:*\n')
  expect(program('check', 'roles.acl', '--target', 'valkey-9.2')).toMatchObject({
    code: 0,
    out: expect.stringContaining('accepted by Valkey 9.2 (9.2.0-rc1): 11 users'),
  })
  expect(program('test', 'roles.acl', 'roles.expect', '--target', 'valkey-9.2')).toMatchObject({ code: 0 })
  expect(program('roles', 'roles.acl', '--expand', '--to', 'redis-7.2', '--write')).toMatchObject({ code: 0 })
  expect(readFileSync(join(project, 'roles.acl'), 'utf8')).toContain(
    `user tenth on >Long-password-of-a-tenth ${classes.shop} (${classes.job})\n`,
  )
  expect(program('check', 'roles.acl', '--target', 'redis-7.2')).toMatchObject({ code: 0 })
})

test('import and require load the library, scripts included', () => {
  const script = (load: string): string => `${load}.then(async ({ startServer }) => {
    const { createConnection } = require('node:net')
    const server = await startServer({ acl: 'user default on nopass ~* +@all' })
    const socket = createConnection(server.port).setEncoding('utf8')
    socket.on('data', (reply) => { console.log(reply.trim()); socket.destroy(); server.close() })
    socket.write('EVAL "return 1+1" 0\\r\\n')
  })`
  const imported = run('node', '-e', script("import('acl-playground')"))
  expect(imported).toMatchObject({ code: 0, out: ':2\n' })
  const required = run('node', '-e', script("Promise.resolve(require('acl-playground'))"))
  expect(required).toMatchObject({ code: 0, out: ':2\n' })
})

test('require needs no support for ES modules: plain Jest has none', () => {
  const loader = ['--no-experimental-require-module', '-p', "Object.keys(require('acl-playground')).sort().join()"]
  expect(run('node', ...loader)).toEqual({ code: 0, out: 'InputError,RefusedError,loadPolicy,startServer\n' })
})

test('an older Node is told which one is needed', () => {
  write('old.cjs', "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })\n")
  const said =
    'ACL Playground needs Node 20.19 or newer; this is Node 18.20.8. Install a current release: https://nodejs.org'
  const program = 'node_modules/acl-playground/dist/cli/acl-playground.js'
  expect(run('node', '-r', './old.cjs', program, 'check', 'users.acl')).toEqual({ code: 2, out: `${said}\n` })
  expect(run('node', '-r', './old.cjs', '-e', "require('acl-playground')")).toMatchObject({
    code: 1,
    out: expect.stringContaining(`Error: ${said}\n`),
  })
})

test('a strict TypeScript project needs no types but those of the package', () => {
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2022'],
        types: [],
        noEmit: true,
      },
      files: ['consumer.mts', 'consumer.cts'],
    }),
  )
  write(
    'consumer.mts',
    `import { InputError, loadPolicy, RefusedError, startServer, type Check, type Policy, type TargetId } from 'acl-playground'

const target: TargetId = 'valkey-8.1'
export async function main(): Promise<void> {
  const policy: Policy = await loadPolicy({ acl: new Uint8Array(), conf: '', target })
  const check: Check = policy.check('app', ['GET', 1, new Uint8Array()], { db: 1 })
  const reason: 'command' | 'key' | 'channel' | string | null = check.reason
  for (const { rule } of check.selectors.flatMap(({ channels }) => channels)) rule?.location?.line.toFixed()
  // @ts-expect-error A decision cannot be changed.
  check.allowed = true
  // @ts-expect-error There is no such target.
  await loadPolicy({ acl: '', target: 'redis-1.0' })
  // @ts-expect-error The content of users.acl is needed.
  await loadPolicy({})
  const server = await startServer({ acl: '', port: 0, passwords: { app: 'x' }, log: (line: string) => line.length })
  const addresses: string[] = [server.url(), server.url('app')]
  const [entry] = server.aclLog()
  const since: number | undefined = entry?.createdAt.getTime()
  await server.close()
  const places = (error: unknown): unknown => error instanceof RefusedError ? error.places[0]?.hint : error instanceof InputError
  void [reason, addresses, since, places, policy.compare(policy).same, policy.diagnostics({ client: 'ioredis' })]
}
`,
  )
  write('consumer.cts', "import playground = require('acl-playground')\nvoid playground.loadPolicy({ acl: '' })\n")
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  expect(run('node', compiler, '-p', '.')).toEqual({ code: 0, out: '' })
})

/** Returns the first example under a heading of the document. */
function example(heading: string): string {
  const [, code = ''] =
    new RegExp(`\\n## ${heading}\\n[^]*?\`\`\`js\\n([^]*?)\`\`\``).exec(read('docs/library.md')) ?? []
  return code
}

test('the documented example for node:test passes as written', () => {
  link('redis', '@redis/client', 'cluster-key-slot')
  write('node.test.mjs', example('node:test'))
  const { code, out } = run('node', '--test', 'node.test.mjs')
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/pass 2\n/) })
})

test('the documented example for Vitest passes as written', () => {
  link('vitest')
  write('acl.test.mjs', example('Vitest'))
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { code, out } = run('node', vitest, 'run', 'acl.test.mjs')
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('2 passed') })
})
