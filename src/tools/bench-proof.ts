/** Measures the proofs: comparisons, sentences about every command line, and overlapping patterns. */
import { fromText } from '../acl/bytes'
import { compareFiles } from '../analysis/compare'
import { parseExpectations } from '../analysis/expectations/parse'
import { runExpectations } from '../analysis/expectations/run'
import { outside } from '../proof/inclusion'
import { union } from '../proof/language'
import { startServer } from '../server/start'
import type { Target } from '../targets/target'

/** Milliseconds of processor time of each measurement, by what was measured. */
export type ProofTimes = readonly (readonly [what: string, milliseconds: number])[]

function users(count: number, changed: (i: number) => boolean): string {
  const rows = ['user default off']
  for (let i = 0; i < count; i++)
    rows.push(
      `user app-${i} on #${i.toString(16).padStart(64, '0')} ~app:${i}:* ~shared:* resetchannels &app:${i}:* +@read +@write ${changed(i) ? '-@fast' : '-@dangerous'}`,
    )
  return `${rows.join('\n')}\n`
}

/** Returns the least of three measurements, in milliseconds of processor time, which other programs do not change much. */
function best(measure: () => void): number {
  let least = Infinity
  for (let round = 0; round < 3; round++) {
    const started = process.cpuUsage()
    measure()
    const { user, system } = process.cpuUsage(started)
    least = Math.min(least, (user + system) / 1_000)
  }
  return least
}

/** Measures on one target; takes some seconds. */
export function proofTimes(target: Target): ProofTimes {
  const compared = (before: string, after: string): number =>
    best(() => {
      const side = { conf: '', target }
      compareFiles({ acl: before, ...side }, { acl: after, ...side })
    })
  const [thousand, tenThousand] = [users(1_000, () => false), users(10_000, () => false)]
  const started = startServer({
    target,
    conf: 'aclfile users.acl\n',
    files: { read: () => fromText(thousand), write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  const { expectations } = parseExpectations(
    Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0 ? `nobody can write keys secret:${i}:*` : `everyone but app-${i} cannot read keys app:${i}:*`,
    ).join('\n'),
  )
  const patterns = Array.from({ length: 101 }, (_, i) => `a*${String.fromCharCode(97 + (i % 26))}${i}*`)
  return [
    [
      'compare 1,000 users, 20 % changed',
      compared(
        thousand,
        users(1_000, (i) => i % 5 === 0),
      ),
    ],
    [
      'compare 10,000 users, 20 % changed',
      compared(
        tenThousand,
        users(10_000, (i) => i % 5 === 0),
      ),
    ],
    [
      'compare 1 user, edited',
      compared(
        users(1, () => false),
        users(1, () => true),
      ),
    ],
    ['100 sentences about 1,000 users', best(() => runExpectations(started.server, expectations))],
    ['101 overlapping patterns', best(() => outside(union(['a*b*c']), union(patterns), { left: 20_000 }))],
  ]
}
