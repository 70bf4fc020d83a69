import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { directives } from '../../src/cli/server/read-policy'
import { findProgram } from '../../src/tools/browser'
import { run } from '../cli/program'
import { running, type Running } from '../cli/running'

const document = readFileSync('docs/live.md', 'utf8')
const commands = document.split('\n').flatMap((line) => (/^ {4}\S/.test(line) ? [line.trim()] : []))
const folder = mkdtempSync(join(tmpdir(), 'acl-live-docs-'))
const cronJob = readFileSync('templates/drift-cronjob.yaml', 'utf8')
const [, driftRules = ''] = /# {3}(\+.*)\n/.exec(cronJob) ?? []
const policy = `user default off\nuser ops on >secret ~* &* +@all\nuser app on >x ~app:* +@read\nuser drift on >secret ${driftRules}\n`
const servers: Running[] = []
const kept = process.env['REDISCLI_AUTH']

beforeAll(async () => {
  process.env['REDISCLI_AUTH'] = 'secret'
  writeFileSync(join(folder, 'server.acl'), policy)
  writeFileSync(join(folder, 'users.acl'), policy.replace('+@read', '+@read +@write'))
  writeFileSync(join(folder, 'users.expect'), 'app can GET app:1\n')
  for (let i = 0; i < 2; i++) servers.push(await running('redis-8.0', `aclfile ${join(folder, 'server.acl')}`))
})

afterAll(async () => {
  if (kept === undefined) delete process.env['REDISCLI_AUTH']
  else process.env['REDISCLI_AUTH'] = kept
  await Promise.all(servers.map((server) => server.stop()))
})

/** Returns a word of a documented command for the servers and files of this test. */
function local(word: string): string {
  const address = /^redis:\/\/([\w-]+):6379$/.exec(word)
  if (address !== null) return `redis://ops@127.0.0.1:${servers[address[1] === 'node-2' ? 1 : 0]?.port ?? 0}`
  return /^(?:users\.\w+|plan|capture\.txt|app\.new)$/.test(word) ? join(folder, word) : word
}

/** Runs redis-cli on a file of commands, as the document does. */
async function redisCli(words: readonly string[]): Promise<void> {
  if (findProgram('redis-cli') === null) return
  const port = servers[0]?.port ?? 0
  const path = words.at(-1)?.replace('plan/prod-6379', join(folder, `plan/127.0.0.1-${port}`)) ?? ''
  const child = execFile('redis-cli', ['-p', String(port), ...words.slice(3, words.indexOf('<')), '--no-auth-warning'])
  let out = ''
  child.stdout?.on('data', (text: string) => {
    out += text
  })
  child.stdin?.end(readFileSync(path))
  await once(child, 'close')
  expect(out).toBe('OK\n')
}

test('every documented command runs, in order', async () => {
  expect(commands.length).toBeGreaterThan(9)
  const codes: Record<string, number | null> = {}
  for (const command of commands) {
    const words = command.split(' ')
    if (words[0] === 'redis-cli') {
      await redisCli(words)
      continue
    }
    expect(words[0]).toBe('acl-playground')
    // Shorter times than documented, and files where this test looks for them.
    const own = words.slice(1).map((word, i) => (i === 0 ? word : words[i] === '--seconds' ? '0.3' : local(word)))
    // Journals of runs that were killed are in tests/live.
    if (own[1]?.startsWith('--')) continue
    const extra = ['apply', 'rotate'].includes(own[0] ?? '')
      ? ['--yes', '--no-save', '--journal', join(folder, 'journal')]
      : own[0] === 'pull'
        ? ['--out', join(folder, 'pulled.acl')]
        : own.includes('--save')
          ? ['--force']
          : []
    const ran = await run([...own, ...extra])
    expect({ command, err: ran.err }).not.toMatchObject({ err: expect.stringContaining('Error') as string })
    codes[words[1] ?? ''] = ran.code
  }
  // The file that was applied has not the password that is new since.
  const others = { compare: 1, plan: 1, apply: 0, rotate: 0, drift: 1 }
  expect(codes).toEqual({ check: 0, test: 0, simplify: 0, pull: 0, discover: 0, watch: 0, record: 0, ...others })
  expect(existsSync(join(folder, 'capture.txt')) && existsSync(join(folder, 'pulled.acl'))).toBe(true)
})

test('the CronJob runs with the rules that it names', async () => {
  const { spec } = parse(cronJob) as {
    spec: { jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[] } } } } }
  }
  const words = spec.jobTemplate.spec.template.spec.containers[0]?.args ?? []
  const server = await running('redis-8.0', `aclfile ${join(folder, 'server.acl')}`)
  servers.push(server)
  const ran = async (file: string): Promise<number | null> =>
    (
      await run(
        words.map((word) =>
          word.replace('/policy/users.acl', join(folder, file)).replace('redis:6379', `127.0.0.1:${server.port}`),
        ),
      )
    ).code
  expect([await ran('server.acl'), await ran('users.acl')]).toEqual([0, 1])
})

test('the options that it names are options', async () => {
  const known = new Set<string>()
  for (const command of [
    'check',
    'test',
    'pull',
    'plan',
    'apply',
    'rotate',
    'discover',
    'drift',
    'watch',
    'record',
    'simplify',
    'compare',
  ])
    for (const [option] of (await run([command, '--help'])).out.matchAll(/--[a-z-]+/g)) known.add(option)
  const mentioned = [...document.matchAll(/`(--[a-z-]+)/g)].map(([, option = '']) => option)
  expect(mentioned.length).toBeGreaterThan(8)
  expect(mentioned.filter((option) => !known.has(option))).toEqual([])
})

test('the directives that it names are those that are read', () => {
  expect(directives).toContain('acl-pubsub-default')
  expect(directives.filter((name) => !document.includes(`\`${name}\``) && !name.startsWith('enable-'))).toEqual([])
})
