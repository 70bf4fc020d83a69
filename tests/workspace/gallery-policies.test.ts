import { describe, expect, test } from 'vitest'
import { fromText, toText } from '../../src/acl/bytes'
import { Users } from '../../src/acl/users'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { diagnoseConf } from '../../src/analysis/diagnostics/conf'
import type { ExpectationResult } from '../../src/analysis/expectations/expectation'
import { parseExpectations } from '../../src/analysis/expectations/parse'
import { runExpectations } from '../../src/analysis/expectations/run'
import type { SimulatedServer } from '../../src/server/server'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { type GalleryExample, gallery } from '../../src/workspace/gallery/gallery'
import { brokenPolicies } from './broken-policies'

async function serverOf({ target, conf }: GalleryExample, acl: string): Promise<SimulatedServer> {
  const started = startServer({
    target: await loadTarget(target),
    conf: fromText(conf),
    files: { read: (path) => (path === 'users.acl' ? fromText(acl) : null), write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  return started.server
}

function results(server: SimulatedServer, { expect: text }: GalleryExample): ExpectationResult[] {
  const { expectations, problems } = parseExpectations(text ?? '')
  expect(problems).toEqual([])
  return runExpectations(server, expectations)
}

const policies = gallery.filter((example) => example.expect !== null)
const named = policies.map((example) => [example.id, example] as const)

test('the gallery has thirteen policies with statements, each with a broken variant', () => {
  expect(policies.map(({ id }) => id)).toEqual(brokenPolicies.map(({ of }) => of))
  expect(policies).toHaveLength(13)
})

test.each(named)('%s: every statement holds, and those about all command lines are proved', async (_, example) => {
  const found = results(await serverOf(example, example.acl), example)
  expect(found.filter(({ state }) => state !== 'holds').map(({ message }) => message)).toEqual([])
  const proved = found.filter(({ expectation }) => expectation.kind === 'policy')
  expect(proved.map(({ proof }) => proof?.kind)).toEqual(proved.map(() => 'proved'))
  expect(proved.length).toBeGreaterThan(2)
})

test('diagnostics say of these policies only what their users should know', async () => {
  const found: string[] = []
  for (const { id, acl, conf, target: name } of policies) {
    const target = await loadTarget(name)
    const inAcl = new Checker(new Users(target.table, target.behaviours), target).diagnose(acl)
    for (const { severity, code, span } of [...inAcl, ...diagnoseConf(conf, acl, target)])
      found.push(`${id}: ${severity} ${code}, line ${span.line}`)
  }
  expect(found).toEqual([
    'queue-workers: info script-keys, line 3',
    'chat: info psubscribe-literal, line 4',
    'databases: info db-default-0, line 3',
    'databases: info db-default-0, line 4',
    'reporting: info privilege-escalation, line 4',
    // The job lists the keys that it clears.
    'ci: warning keys-command-leaks, line 4',
  ])
})

describe.each(brokenPolicies.map((broken) => [broken.of, broken.mistake, broken] as const))(
  '%s, where %s',
  (id, _, { replaced: [right, wrong], fails }) => {
    const example = policies.find((policy) => policy.id === id)
    const broken = example?.acl.replace(right, wrong) ?? ''

    test('fails just the statements that the mistake breaks, each with its user and command line', async () => {
      if (example === undefined) throw new Error('there is no such policy')
      expect(broken).not.toBe(example.acl)
      const found = results(await serverOf(example, broken), example).filter(({ state }) => state !== 'holds')
      expect(
        found.map(({ expectation, message, proof }) => ({
          statement: expectation.text,
          user: proof?.kind === 'disproved' ? toText(proof.user) : null,
          line: proof?.kind === 'disproved' && proof.line !== null ? toText(proof.line.argv.join(' ')) : null,
          message,
        })),
      ).toEqual(fails)
    })

    test('differs from the policy on each of these command lines', async () => {
      if (example === undefined) throw new Error('there is no such policy')
      const [server, wrongServer] = [await serverOf(example, example.acl), await serverOf(example, broken)]
      for (const { proof } of results(wrongServer, example)) {
        if (proof?.kind !== 'disproved' || proof.line === null) continue
        const { argv, db } = proof.line
        const allowed = [server, wrongServer].map((one) => {
          const user = one.users.get(proof.user)
          return user === undefined ? null : one.judge(user, argv, { db })?.allowed
        })
        expect(allowed.toSorted()).toEqual([false, true])
      }
    })
  },
)
