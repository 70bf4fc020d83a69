import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareBytes, type Bytes } from '../../src/acl/bytes'
import { loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { decide } from '../../src/acl/check'
import { dryRunText } from '../../src/acl/refusals'
import { error, OK, type Reply } from '../../src/resp/reply'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { asRecorded, matches } from '../conformance/compare'
import { seededRandom } from '../conformance/replay'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const onDemand = process.env.npm_lifecycle_event === 'test:live'
const seed = Number(process.env.SEED ?? (onDemand ? Date.now() % 1_000_000_000 : 1))
const rounds = onDemand ? 1_500 : 150

const hash = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'
const flags = [
  'on',
  'off',
  'nopass',
  'resetpass',
  'reset',
  'resetkeys',
  'allkeys',
  'allchannels',
  'resetchannels',
  'allcommands',
  'nocommands',
  'clearselectors',
  'ON',
  'Reset',
]
const bits = [
  'a',
  'b',
  '*',
  '?',
  '[',
  ']',
  '^',
  '-',
  '\\',
  '\xfe',
  '\x80',
  '{',
  ',',
  ':',
  '!',
  '"',
  "'",
  '(',
  ')',
  '|',
  '\x01',
  '~',
  '&',
  '%',
  '>',
  '+',
  '@',
]
const odd = [
  '(" +get" ~a)',
  '("+get" ~a)',
  "('~x' +set)",
  '("~\\x41*" +@all)',
  '( +get\t~b\t)',
  '(+get ~"a b")',
  '(")")',
  '(~a (+get))',
  '(on)',
  '(>x)',
  '\ton',
  'on\r',
  '~a\t',
  '',
  'on ',
  '\t',
  '()',
]
const heads = [
  'user bob',
  'user al',
  'user default',
  'user eve',
  'user',
  'USER a',
  '# c',
  '',
  'user  a',
  'user a\tb',
  '\tuser t',
  ' user s',
  'user "q"',
  '\xef\xbb\xbfuser bom',
  'user\tz',
]

/** Rules with bytes and in places that nobody would write, and files made of them. */
class Odd {
  readonly #random
  constructor(
    seedOf: number,
    readonly target: Target,
  ) {
    this.#random = seededRandom(seedOf)
  }

  below(n: number): number {
    return this.#random.below(n)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  text(most: number): Bytes {
    return this.list(most, () => this.pick(bits)).join('')
  }

  rule(): Bytes {
    const { table } = this.target
    const sign = this.pick(['+', '-'])
    switch (this.below(9)) {
      case 0:
        return this.pick(flags)
      case 1:
        return sign + this.pick(table.commands).name
      case 2:
        return `${sign}@${this.pick([...table.categories, 'all', 'ALL', 'nosuch'])}`
      case 3:
        return `${sign}${this.pick(table.commands).name}|${this.pick(['get', 'set', '0', 'x|y', '', 'HELP'])}`
      case 4:
        return this.pick(['~', '&', '%R~', '%W~', '%rw~', '%r', '%WR', '%', '%X~']) + this.text(5)
      case 5:
        return this.pick(['>', '<', '#', '!']) + this.pick(['pw', '', hash, hash.toUpperCase()])
      case 6:
        return this.pick(odd)
      case 7:
        return this.text(4)
      default:
        return this.pick([
          '~*',
          '&*',
          '+@all',
          '-@all',
          '~app:*',
          '&news:*',
          '+get',
          '+config|get',
          '+select|0',
          '-@dangerous',
          '+mget',
        ])
    }
  }

  argument(): Bytes {
    return this.below(12) === 0
      ? this.pick(['(', '(+get', '~a)', ')', '~a\0b', 'on\0', '(+get"', '("+get)'])
      : this.rule()
  }

  /** A parenthesis left open would crash the server, a default user who may not load would end the test. */
  line(): Bytes {
    const rules = this.list(5, () => this.rule()).filter((rule) => !/[\n\0]/.test(rule))
    const line = `${this.pick(heads)} ${rules.join(this.pick([' ', ' ', '  ']))}${this.pick(['', '\r', ' ', '\t'])}`
    let open = false
    for (const word of line.trim().split(' '))
      open = open ? !word.endsWith(')') : word[0] === '(' && !word.endsWith(')')
    return open || /^\s*user default/.test(line) ? '' : line
  }

  file(): Bytes {
    return (
      ['user default on nopass ~* &* +@all', ...this.list(5, () => this.line())].join('\n') +
      this.pick(['\n', '', '\n\n'])
    )
  }

  commandLine(): Bytes[] {
    return this.pick([
      ['GET', this.text(4)],
      ['MGET', this.text(3), this.text(3)],
      ['SET', this.text(4), 'x'],
      ['PUBLISH', this.text(4), 'x'],
      ['PSUBSCRIBE', this.text(4)],
      ['COPY', 'a', this.text(3)],
      ['CONFIG', 'GET', 'x'],
      ['SELECT', '0'],
      ['GETEX', this.text(2)],
      ['EXISTS', this.text(2)],
    ])
  }
}

const oneLine = (text: Bytes): Bytes => text.replace(/[\r\n]/g, ' ')
const listed = (users: Users): Bytes[] =>
  [...users].sort((a, b) => compareBytes(a.name, b.name)).map((user) => user.describe())

describe.each(installedOracles())('$target: odd rules and files', ({ program, target: id }) => {
  test(`${rounds} of each beside ${program} (SEED=${seed})`, async () => {
    const target = await loadTarget(id)
    const users = new Users(target.table, target.behaviours)
    const folder = mkdtempSync(join(tmpdir(), 'acl-text-'))
    const path = join(folder, 'users.acl')
    writeFileSync(path, '\n')
    const live = await LiveServer.start(program, ['--aclfile', path])
    const client = await WireClient.open(live.port)
    const differences: unknown[] = []
    const compare = async (argv: readonly Bytes[], ours: Reply, about: unknown = argv): Promise<void> => {
      const [wanted, got] = [await client.send(argv), asRecorded(ours, 2)]
      // Some releases leave a lone CR in an error, others replace it.
      const known = JSON.stringify(wanted).replaceAll('\\r', ' ')
      if (!matches(JSON.parse(known), got)) differences.push({ about, real: wanted, simulated: got })
    }
    const from = new Odd(seed, target)
    try {
      for (let i = 0; i < rounds && differences.length < 5; i++) {
        const rules = [from.argument(), ...from.list(6, () => from.argument())]
        const refusal = users.setUser('bob', rules)
        await compare(
          ['ACL', 'SETUSER', 'bob', ...rules],
          refusal === null ? OK : error(oneLine(`ERR ${refusal.message}`)),
        )
        await compare(['ACL', 'LIST'], listed(users), rules)
        const user = users.get('bob')
        for (let n = 0; user !== undefined && n < 4; n++) {
          const line = from.commandLine()
          const command = target.table.resolve(line)
          if (command === undefined) continue
          const decision = decide(user, command, line, usesOf(target, command, line, 0))
          await compare(
            ['ACL', 'DRYRUN', 'bob', ...line],
            decision.allowed ? OK : dryRunText(decision, target.behaviours),
            [user.describe(), line],
          )
        }
        if (from.below(6) > 0) continue
        users.deleteUser('bob')
        await client.send(['ACL', 'DELUSER', 'bob'])
      }
      for (let i = 0; i < rounds && differences.length < 5; i++) {
        const file = from.file()
        writeFileSync(path, Buffer.from(file, 'latin1'))
        const result = loadAclFile(users, file, path)
        if (result.ok) users.replaceAll(result)
        await compare(['ACL', 'LOAD'], result.ok ? OK : error(oneLine(`ERR ${result.message}`)), file)
        await compare(['ACL', 'LIST'], listed(users), file)
      }
    } finally {
      client.close()
      await live.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    expect(differences).toEqual([])
  }, 120_000)
})
