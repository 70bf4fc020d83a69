import { expect, test } from 'vitest'
import { checklist, unknownClientSide } from '../../src/analysis/checklist'
import { readFacts } from '../../src/analysis/checklist/facts'
import { defectsOf, safestRelease } from '../../src/analysis/known-defects'
import { knownDefects } from '../../src/analysis/known-defects/table'
import { loadTarget } from '../../src/targets/load'
import { lineOf, parseRelease, releaseLabel, type Release } from '../../src/targets/named-release'
import { isTargetId } from '../../src/targets/list'
import { followedDefects, targetOfRelease } from '../../src/targets/release-choice'
import { accessDefects, type AccessDefect } from '../../src/targets/releases'
import { usesOf } from '../../src/targets/uses'
import type { TargetId } from '../../src/targets/target'

function release(text: string): Release {
  const parsed = parseRelease(text)
  if (parsed === null) throw new Error(text)
  return parsed
}

/** The defects of a release, and the users or the reason that each concerns; null for nobody. */
async function defects(version: string, acl: string, conf = ''): Promise<Record<string, readonly string[] | null>> {
  const target = await loadTarget(targetOfRelease(release(version)) ?? 'redis-8.0')
  const facts = readFacts({ target, acl, conf, client: unknownClientSide })
  return Object.fromEntries(
    defectsOf(release(version), facts).map(({ defect, concern }) => [
      defect.id,
      concern === null ? null : concern.users.length > 0 ? concern.users : [concern.why],
    ]),
  )
}

const ranges = knownDefects.flatMap(({ id, releases }) =>
  (['redis', 'valkey'] as const).flatMap((product) => (releases[product] ?? []).map((line) => ({ id, product, line }))),
)

test('each line of each row begins with the release before its fix, or is not certain after the last that is known', async () => {
  for (const { id, product, line } of ranges) {
    const edge = 'fixedIn' in line ? line.fixedIn : line.lastKnown
    const [major, minor, patch = NaN] = edge.split('.').map(Number)
    const target = await loadTarget(targetOfRelease(release(edge)) ?? 'redis-8.0')
    const facts = readFacts({ target, acl: 'user default off\n', conf: '', client: unknownClientSide })
    const at = (n: number): boolean | 'unknown' => {
      const found = defectsOf(release(`${product}-${major}.${minor}.${n}`), facts).find(
        ({ defect }) => defect.id === id,
      )
      return found === undefined ? false : found.lastKnown === null ? true : 'unknown'
    }
    expect([id, edge, lineOf(release(edge))]).toEqual([id, edge, line.line])
    expect([id, edge, at(0)]).toEqual([id, edge, true])
    if ('fixedIn' in line) {
      expect(patch).toBeGreaterThan(0)
      expect([id, edge, at(patch - 1), at(patch)]).toEqual([id, edge, true, false])
    } else expect([id, edge, at(patch), at(patch + 1)]).toEqual([id, edge, true, 'unknown'])
  }
})

/** A command line that a release with the defect checks for other keys or databases than one without. */
const witnesses: Readonly<Record<AccessDefect, string>> = {
  'last-option-keys': 'XREAD STREAMS x b 0',
  'georadius-store': 'GEORADIUS a 0 0 1 m STORE b STORE c',
  'pfmerge-key': 'PFMERGE x',
  'msetex-keys': 'MSETEX 2 a 1 b 2',
  // EXEC checks nothing itself: the behaviour shows it.
  'exec-recheck': 'EXEC',
  'sort-ro-keys': 'SORT_RO x',
  'bitfield-read-only': 'BITFIELD x GET u8 0 SET u8 0 1',
  'move-copy-source-db': 'MOVE x 1',
  'copy-db': 'COPY x y REPLACE DB 2',
  'flushslot-db': 'CLUSTER FLUSHSLOT 0',
}

async function checkedBy(id: TargetId, version: string, line: string): Promise<unknown> {
  const target = await loadTarget(id, { version })
  if (line === 'EXEC') return target.behaviours.checksQueuedKeys
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(`${id} has no ${line}`)
  return usesOf(target, command, argv, 0)
}

test('the defects that decisions follow are rows of the list, with the same releases and a source', () => {
  for (const id of followedDefects) {
    const row = knownDefects.find((defect) => defect.id === id)
    expect([id, row?.releases]).toEqual([id, accessDefects[id]])
    expect([id, row?.sources.length]).not.toEqual([id, 0])
  }
})

test('decisions change with the release that the list says, in each line that has a target', async () => {
  for (const id of followedDefects) {
    for (const { product, line } of ranges.filter((range) => range.id === id)) {
      const target = `${product}-${line.line}`
      if (!isTargetId(target)) continue
      const decides = (version: string): Promise<unknown> => checkedBy(target, version, witnesses[id])
      const first = await decides(`${line.line}.0`)
      if ('fixedIn' in line) {
        const patch = Number(line.fixedIn.split('.')[2])
        expect([id, target, await decides(`${line.line}.${patch - 1}`)]).toEqual([id, target, first])
        expect([id, target, await decides(line.fixedIn)]).not.toEqual([id, target, first])
        // A build with the fix decides as the release with the fix.
        expect(await decides(`${line.line}.${patch - 1}+${id}`)).toEqual(await decides(line.fixedIn))
      } else expect([id, target, await decides(`${line.line}.99`)]).toEqual([id, target, first])
    }
  }
})

test('rows have an id of their own, a sentence and sources', () => {
  expect(new Set(knownDefects.map(({ id }) => id)).size).toBe(knownDefects.length)
  for (const { what, sources } of knownDefects) {
    expect(what).toMatch(/^[A-Z].*\.$/)
    for (const source of sources) expect(source).toMatch(/^https:\/\/(github\.com|osv\.dev)\//)
  }
})

/** For each row: a release that has it, a policy that it concerns and one that it does not. */
const cases: readonly (readonly [id: string, version: string, affected: string, not: string])[] = [
  ['pfmerge-key', 'valkey-7.2.15', '+pfmerge ~a:*', '+pfmerge ~*'],
  ['pfmerge-key', '8.0.2', '+pfmerge ~a:*', '+pfmerge ~*'],
  ['long-patterns', 'valkey-7.2.6', '+scan', '+command|count'],
  ['malformed-selector', 'valkey-7.2.6', '+acl', '+acl|whoami'],
  ['exec-recheck', '8.4.6', '+@transaction +get ~a:*', '+get ~a:*'],
  ['last-option-keys', '7.4.10', '+sort ~a:*', '+sort allkeys'],
  ['last-option-keys', '7.2.15', '+xread|x ~a:*', '+get ~a:*'],
  ['last-option-keys', '7.2.15', '-@all (+georadius ~a:*)', '+georadius ~a:* (+georadius ~*)'],
  ['georadius-store', 'valkey-8.1.9', '+georadius ~a', '+georadius'],
  ['numkeys-arity', '8.2.8', '+eval', '+eval ~*'],
  ['move-copy-source-db', 'valkey-9.1.0', '+move ~* db=1', '+move ~*'],
  ['tracking-key-names', '7.4.5', '+client|tracking ~a', '+client|id ~a'],
  ['tracking-key-names', '6.2.10', '+client ~a', '+client|id ~a'],
  ['copy-db', 'valkey-9.1.0', '+copy ~* db=1', '+copy ~* alldbs'],
  ['flushslot-db', 'valkey-9.1.0', '+cluster|flushslot db=1', '+cluster|nodes db=1'],
  ['msetex-keys', '8.4.0', '+msetex ~a:*', '+mset ~a:*'],
  ['script-other-user', 'valkey-8.0.5', '+@scripting', '+@read ~*'],
  ['read-write-prefix', '7.4.1', '+acl|setuser', '+acl|whoami'],
  ['malformed-selector', '7.4.0', '+acl', '+acl|whoami'],
  ['long-patterns', '6.2.15', '+scan', '+command'],
  ['long-patterns', '7.2.5', '+command|list', '+command|count'],
  ['sort-ro-keys', '7.0.12', '+sort_ro', '+sort_ro ~*'],
  ['bitfield-read-only', '7.0.4', '+bitfield %R~a', '+bitfield ~a'],
  ['script-injection', '6.2.6', '+eval', '+get ~*'],
]

test.each(cases)('%s in %s concerns a user with %s and none with %s', async (id, version, affected, not) => {
  const policy = (rules: string): string => `user default off\nuser app on >password ${rules}\n`
  expect((await defects(version, policy(affected)))[id]).toEqual(['app'])
  expect((await defects(version, policy(not)))[id]).toBeNull()
  expect((await defects(version, policy(affected).replace(' on ', ' off ')))[id]).toBeNull()
})

test('some rows concern the configuration or every server', async () => {
  const acl = 'user default off\n'
  expect((await defects('7.0.13', acl))['unix-socket-mode']).toBeNull()
  expect((await defects('7.0.13', acl, 'unixsocket /run/redis.sock\naclfile users.acl\n'))['unix-socket-mode']).toEqual(
    ['unixsocket is set'],
  )
  expect((await defects('8.6.5', acl))['certificate-nul']).toBeNull()
  expect((await defects('8.6.5', acl, 'tls-auth-clients-user CN\naclfile users.acl\n'))['certificate-nul']).toEqual([
    'tls-auth-clients-user is set',
  ])
  expect((await defects('valkey-7.2.8', acl))['unauthenticated-memory']).toEqual(['every client that can connect'])
  const cluster = 'cluster-enabled yes\naclfile users.acl\n'
  const meets = `${acl}user app on >p +cluster|meet\nuser ops on >p +cluster -cluster|meet\n`
  expect((await defects('8.0.2', meets))['cluster-meet']).toBeNull()
  expect((await defects('8.0.2', meets, cluster))['cluster-meet']).toEqual(['app'])
  expect((await defects('8.0.2', meets, `tls-cluster yes\n${cluster}`))['cluster-meet']).toBeNull()
  expect((await defects('7.4.2', acl))['unauthenticated-memory']).toEqual(['every client that can connect'])
})

test('every row has a case of a policy that it concerns', () => {
  const covered = [
    ...cases.map(([id]) => id),
    'unix-socket-mode',
    'certificate-nul',
    'unauthenticated-memory',
    'cluster-meet',
  ]
  expect(knownDefects.map(({ id }) => id).filter((id) => !covered.includes(id))).toEqual([])
})

test('a release has three numbers', () => {
  expect(releaseLabel(release('7.4.5'))).toBe('Redis 7.4.5')
  expect(releaseLabel(release('valkey-8.0.3'))).toBe('Valkey 8.0.3')
  for (const text of ['', '7', '7.4', '7.4.x', '7.4.5-rc1', 'v7.4.5', 'keydb-6.3.4', '7.4.5.1', '7.4.99999'])
    expect(parseRelease(text)).toBeNull()
  expect(targetOfRelease(release('8.10.2'))).toBe('redis-8.10')
  expect(targetOfRelease(release('valkey-9.0.1'))).toBeNull()
})

test('the checklist names the release of the line that has all known fixes', async () => {
  expect(safestRelease('redis', '7.4')).toBe('7.4.11')
  expect(safestRelease('redis', '8.10')).toBe('8.10.2')
  expect(safestRelease('redis', '6.0')).toBeNull()
  const evidence = async (id: TargetId): Promise<string | undefined> =>
    checklist({ target: await loadTarget(id), acl: null, conf: '', client: unknownClientSide })
      .find((one) => one.id === 'updates')
      ?.evidence.at(-1)?.text
  expect(await evidence('redis-7.4')).toBe('7.4.11 or later has all fixes of ACL defects that are known for 7.4')
  expect(await evidence('redis-6.0')).toContain('Redis 6.0 was followed by')
})
