import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
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
})
