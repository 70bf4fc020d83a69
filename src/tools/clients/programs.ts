import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../browser'
import type { Check } from './check'

interface Options {
  readonly input?: string
  /** Ends a program that runs for ever after so many milliseconds; its output so far counts. */
  readonly stopAfter?: number
}

/** Runs a program and returns what it printed. Rejects where it fails, or takes more than a minute. */
function run(program: string, args: readonly string[], { input = '', stopAfter }: Options = {}): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let [out, error] = ['', '']
    const timer = setTimeout(() => child.kill('SIGKILL'), stopAfter ?? 60_000)
    child.stdout.setEncoding('utf8').on('data', (data: string) => (out += data))
    child.stderr.setEncoding('utf8').on('data', (data: string) => (error += data))
    child.on('error', fail)
    child.stdin.on('error', () => undefined)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (code === 0 || stopAfter !== undefined) done(out)
      else fail(new Error(`${program} ended with ${String(code)}: ${(error || out).trim().slice(0, 500)}`))
    })
    child.stdin.end(input)
  })
}

/** Returns the kinds of lines of an output: sorted, each once, with numbers and names replaced. */
function shape(text: string): string {
  const lines = text
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .split(/[\r\n]+/)
    .map((line) =>
      line
        .replace(/"[^"]*"/g, '"…"')
        .replace(/\d+(?:\.\d+)?(?:[KMG]|%)?/g, 'N')
        .replace(/\bN(?: (?:bytes|B|KB))?\b/g, 'N')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && !/Biggest \w+ found|Hot key|\|█*-*\|/.test(line))
  return [...new Set(lines)].sort().join('\n')
}

/** The commands that fill a server: keys of every type, the same on each. */
const data = [
  'FLUSHALL',
  ...Array.from({ length: 50 }, (_, i) => `SET key:${i} ${'x'.repeat(i + 1)}`),
  'RPUSH list a b c',
  'SADD set 1 2 3',
  'HSET hash field value other "two words"',
  'ZADD zset 1 one 2.5 two',
  'XADD stream 1-1 field value',
]

const encoded = (line: string): string => {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** Command lines with values of every kind. */
const values = [
  'GET key:3',
  'GET none',
  'LRANGE list 0 -1',
  'SMEMBERS set',
  'HGETALL hash',
  'ZRANGE zset 0 -1 WITHSCORES',
  'XRANGE stream - +',
  'CONFIG GET maxmemory-policy',
  'GET list',
  'ACL GETUSER default',
  'COMMAND INFO get',
]

/** The checks of redis-cli or valkey-cli. */
function cliChecks(name: 'redis-cli' | 'valkey-cli'): Check[] {
  const program = findProgram(name)
  const missing = (): string | null => (program === null ? `${name} is not installed` : null)
  const cli = (port: number, args: readonly string[], options: Options = {}): Promise<string> =>
    run(program ?? name, ['-p', String(port), ...args], options)
  const fill = (port: number): Promise<string> => cli(port, [], { input: data.join('\n') })
  const check = (title: string, use: (port: number) => Promise<string>): Check => ({
    name: `${name} ${title}`,
    missing,
    run: async (port) => {
      await fill(port)
      return use(port)
    },
  })
  const each = (...flags: string[]): Check =>
    check(flags.join(' '), async (port) => {
      const answers = []
      for (const line of values) answers.push(await cli(port, [...flags, ...line.split(' ')]).catch(String))
      return answers.join('')
    })
  return [
    each('--csv'),
    each('--json'),
    each('--quoted-json'),
    each('-3', '--no-raw'),
    check('--pipe', (port) => cli(port, ['--pipe'], { input: data.map(encoded).join('').repeat(200) })),
    check('--scan', async (port) => (await cli(port, ['--scan', '--pattern', 'key:1*'])).split('\n').sort().join('\n')),
    check('--bigkeys', async (port) => shape(await cli(port, ['--bigkeys']))),
    check('--memkeys', async (port) => shape(await cli(port, ['--memkeys']))),
    check('--stat', async (port) => shape(await cli(port, ['--stat', '-i', '0.1'], { stopAfter: 1500 }))),
    check('--latency', async (port) => shape(await cli(port, ['--latency', '--raw']))),
    check('--hotkeys', async (port) => {
      const setPolicy = (policy: string): Promise<string> => cli(port, ['CONFIG', 'SET', 'maxmemory-policy', policy])
      await setPolicy('allkeys-lfu')
      // Keys that are there already have no counter yet.
      await fill(port)
      const found = await cli(port, ['--hotkeys']).finally(() => setPolicy('noeviction'))
      return shape(found)
    }),
  ]
}

/** The commands that the benchmarks run, those of their names. */
const measured = 'ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,mset'

function benchmarkCheck(name: 'redis-benchmark' | 'valkey-benchmark'): Check {
  const program = findProgram(name)
  return {
    name: `${name} -P 16`,
    missing: () => (program === null ? `${name} is not installed` : null),
    run: async (port) => {
      const args = ['-p', String(port), '-P', '16', '-n', '5000', '-c', '20', '--csv', '-t', measured]
      const rows = (await run(program ?? name, args)).split('\n').filter((line) => line.startsWith('"'))
      if (rows.length < 2) throw new Error(`${name} printed no results.`)
      return rows
        .map((line) =>
          line
            .split(',')
            .map((cell) => (/^"[\d.]+"$/.test(cell) ? 'N' : cell))
            .join(),
        )
        .join('\n')
    },
  }
}

/** A client in another language, on a script of its own beside this file. */
function scriptCheck(name: string, programs: readonly string[], probe: readonly string[], script: string): Check {
  const installed = programs.find((program) => spawnSync(program, probe).status === 0)
  return {
    name,
    missing: () => (installed === undefined ? `${name} is not installed` : null),
    run: (port) => run(installed ?? '', [fileURLToPath(new URL(script, import.meta.url)), String(port)]),
  }
}

/** The programs of Redis and Valkey, and clients in other languages. */
export const programChecks: readonly Check[] = [
  ...cliChecks('redis-cli'),
  ...cliChecks('valkey-cli'),
  benchmarkCheck('redis-benchmark'),
  benchmarkCheck('valkey-benchmark'),
  scriptCheck('redis-py', ['/usr/bin/python3', 'python3'], ['-c', 'import redis'], 'script.py'),
  scriptCheck('redis-rb', ['ruby'], ['-e', 'require "redis"'], 'script.rb'),
]
