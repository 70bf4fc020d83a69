import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { Users } from '../../src/acl/users'
import { simplify } from '../../src/analysis/simplify'
import { beyond, type Difference } from '../../src/proof/users'
import { loadTarget } from '../../src/targets/load'
import { subjectOn } from '../proof/subjects'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

interface Pair {
  readonly before: string
  readonly after: string
}

const pairs = brotliDecompressSync(readFileSync(join(import.meta.dirname, '../proof/pairs.jsonl.br')))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair)

const rulesOf = (text: string): string[] => ['reset', 'on', 'nopass', ...(text.match(/\([^)]*\)|\S+/g) ?? [])]

describe.each(installedOracles())('$program', ({ program, target: id }) => {
  test('every command line that shows a difference is one on the real server', async () => {
    const target = await loadTarget(id)
    const live = await LiveServer.start(program)
    const client = await WireClient.open(live.port)
    const allows = async (user: string, { witness }: Difference): Promise<boolean> => {
      const answer = await client.send(['ACL', 'DRYRUN', user, ...witness.argv])
      return typeof answer === 'object' && answer !== null && 's' in answer
    }
    let shown = 0
    try {
      for (const { before, after } of pairs) {
        await client.send(['ACL', 'SETUSER', 'before', ...rulesOf(before).map(fromText)])
        await client.send(['ACL', 'SETUSER', 'after', ...rulesOf(after).map(fromText)])
        const [a, b] = [subjectOn(target, before), subjectOn(target, after)]
        for (const [mine, theirs, differences] of [
          ['after', 'before', beyond(b, a).differences],
          ['before', 'after', beyond(a, b).differences],
        ] as const) {
          // What SORT checks while it runs, ACL DRYRUN does not know.
          for (const one of differences.filter(({ witness }) => !witness.argv.includes('BY'))) {
            const verdicts = [await allows(mine, one), await allows(theirs, one)]
            expect([before, after, one.witness.argv, verdicts]).toEqual([
              before,
              after,
              one.witness.argv,
              [true, false],
            ])
            shown++
          }
        }
      }
    } finally {
      client.close()
      await live.stop()
    }
    expect(shown).toBeGreaterThan(500)
  })

  test('rules that are simplified allow and deny the same on the real server', async () => {
    const target = await loadTarget(id)
    const live = await LiveServer.start(program)
    const client = await WireClient.open(live.port)
    const users = new Users(target.table, target.behaviours)
    let shorter = 0
    try {
      for (const { before, after } of pairs) {
        for (const rules of [before, after].map((text) => text.match(/\([^)]*\)|\S+/g) ?? [])) {
          const found = simplify(rules.map(fromText), users.newUser('u'), target)
          if (found.kind !== 'shorter') continue
          shorter++
          await client.send(['ACL', 'SETUSER', 'long', 'reset', 'on', 'nopass', ...found.before])
          await client.send(['ACL', 'SETUSER', 'short', 'reset', 'on', 'nopass', ...found.after])
          // Which reason a server gives for a denial may differ.
          const lines = probes(rules.join(' '), shorter)
          const answers = async (user: string): Promise<string[]> => {
            const replies = await Promise.all(lines.map((line) => client.send(['ACL', 'DRYRUN', user, ...line])))
            return lines.flatMap((line, i) => {
              const answer = replies[i]
              return typeof answer === 'object' && answer !== null && 's' in answer ? [line.join(' ')] : []
            })
          }
          expect([rules.join(' '), await answers('short')]).toEqual([rules.join(' '), await answers('long')])
        }
      }
    } finally {
      client.close()
      await live.stop()
    }
    expect(shorter).toBeGreaterThan(100)
  })
})

/** Command lines on names that the rules' patterns match or nearly match, other commands each time. */
function probes(rules: string, round: number): string[][] {
  const names = [...rules.matchAll(/[~&]([^\s)]*)/g)].flatMap(([, pattern = '']) => [
    pattern.replaceAll(/[*?\\[\]^]/g, 'a'),
    pattern.replaceAll(/[*?\\[\]^]/g, ''),
  ])
  const some = [...new Set([...names, 'a', 'zz'])].filter((name) => name !== '').slice(0, 8)
  const commands = ['GET', 'DEL', 'EXISTS', 'TTL', 'INCR', 'LPOP', 'SMEMBERS', 'HGETALL', 'STRLEN', 'MGET']
  return some.flatMap((name, i) => [
    [commands[(round + i) % commands.length] ?? 'GET', name],
    ['SET', name, 'x'],
    ['MGET', name, some[(i + 1) % some.length] ?? name],
    ['PUBLISH', name, 'x'],
    ['PSUBSCRIBE', name],
    ['SUNIONSTORE', name, some[(i + 1) % some.length] ?? name],
  ])
}
