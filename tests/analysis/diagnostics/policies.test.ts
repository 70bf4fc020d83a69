import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { loadTarget } from '../../../src/targets/load'

const folder = 'tests/analysis/policies'
const target = await loadTarget('redis-8.0')
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
const newUsers = (): Users => new Users(target.table, target.behaviours)

test.each(files)('$name is a file that a server loads, comments aside', ({ text }) => {
  const rules = text.replaceAll(/^#.*\n/gm, '')
  expect(loadAclFile(newUsers(), fromText(rules), 'users.acl')).toMatchObject({ ok: true })
})

test('what policies as people write them are told, by code', () => {
  const counts = new Map<string, number>()
  for (const { text } of files)
    for (const { code } of new Checker(newUsers(), target).diagnose(text)) counts.set(code, (counts.get(code) ?? 0) + 1)
  const sorted = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([code, count]) => `${code} ${count}`)
  expect(sorted).toMatchInlineSnapshot(`
    [
      "always-allowed 1",
      "client-handshake 10",
      "consumer-groups 1",
      "dangerous-residue 10",
      "keys-command-leaks 16",
      "nopass 1",
      "order-cancels 3",
      "placeholder 1",
      "plaintext-password 3",
      "privilege-escalation 9",
      "psubscribe-literal 3",
      "pubsub-no-channels 7",
      "read-write-gaps 5",
      "redundant-token 6",
      "script-keys 1",
      "selectors-dont-union 2",
      "shadowed-pattern 1",
      "type-category-gaps 1",
      "weak-password 16",
    ]
  `)
})
