import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fromText, toText, type Bytes } from '../../../src/acl/bytes'
import { splitWords } from '../../../src/acl/split'
import { Users } from '../../../src/acl/users'
import { loadTarget } from '../../../src/targets/load'
import { exportUsers, type ExportFormat } from '../../../src/workspace/export'
import { ansibleYaml, secretYaml } from '../../../src/workspace/export/yaml'
import { codePoint } from '../../code-point'
import { runs } from '../../runs'
import { runInShell, shells } from '../../shell'

const targetId = 'redis-8.0'

/** Names that a server accepts, with what other languages interpret. */
const name = fc
  .oneof(
    fc.constantFrom(
      'USERS',
      '$(echo injected)',
      '`echo injected`',
      '${x}',
      '{{x}}',
      "a'b",
      'a"b',
      '\\',
      '#',
      '-n',
      '*',
      'é',
      'a\x7fb',
      'a\u0085b',
      'a\u2028b',
    ),
    fc.string({
      unit: fc.constantFrom(...'$`"\'\\;&|<>(){}[]*?!#~=%@-:\x1b\x7fé\u0085\u202e\ufeff'),
      minLength: 1,
      maxLength: 8,
    }),
    fc.string({ unit: codePoint, minLength: 1, maxLength: 6 }),
  )
  .filter((text) => !/[\0\t-\r ]/.test(text))

async function exported(format: ExportFormat, names: readonly string[]): Promise<string> {
  const target = await loadTarget(targetId)
  const users = new Users(target.table, target.behaviours)
  for (const one of names) users.setUser(fromText(one), ['on', `~${fromText(one)}:*`, '+get'])
  return (await exportUsers(format, { target, users, roles: users.roles.values() })).text
}

const wordsOf = (line: string): readonly Bytes[] | null => splitWords(fromText(line))?.map(({ text }) => text) ?? null

test.each<ExportFormat>(['acl-setuser', 'redis-conf'])(
  '%s: each line has the words of a user, and no more',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), async (names) => {
        const lines = (await exported(format, names)).trimEnd().split('\n').map(wordsOf)
        const skipped = format === 'acl-setuser' ? 2 : 1
        const found = lines.map((words) => toText(words?.[skipped] ?? '')).sort()
        expect(found).toEqual([...new Set([...names, 'default'])].sort())
        for (const words of lines)
          if (words?.[skipped] !== 'default') expect(words).toContain(`~${words?.[skipped] ?? ''}:*`)
      }),
      { numRuns: runs(60) },
    )
  },
)

const folder = mkdtempSync(join(tmpdir(), 'export-'))
/** Stands for redis-cli: shows a cluster of two nodes, and answers OK to each line while it prints it. */
beforeAll(() => {
  const cli = join(folder, 'redis-cli')
  const id = 'a'.repeat(40)
  const node = (port: number): string => `${id} 10.0.0.1:${port}@1${port} master - 0 0 1 connected`
  writeFileSync(
    cli,
    `#!/bin/sh\ncase "$*" in *CLUSTER*) printf '%s\\n' '${node(1)}' '${node(2)}'; exit;; esac\nwhile IFS= read -r line; do printf 'got %s\\n' "$line" >&2; echo OK; done\n`,
  )
  chmodSync(cli, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each(shells)('the script for a cluster runs in %s and passes on the commands as they are', async (shell) => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), async (names) => {
      const script = await exported('acl-setuser-cluster', names)
      const commands = (await exported('acl-setuser', names)).trimEnd().split('\n')
      const printed = runInShell(shell, script, { args: ['host', '6379'], path: `${folder}:/usr/bin:/bin` })
      const got = printed.split('\n').filter((line) => line !== '')
      expect(got.filter((line) => line.startsWith('got ')).sort()).toEqual(
        [...commands, ...commands].map((line) => `got ${line}`).sort(),
      )
      expect(got.filter((line) => !line.startsWith('got '))).toEqual(['10.0.0.1:1: done', '10.0.0.1:2: done'])
    }),
    { numRuns: runs(6) },
  )
})

/** What YAML 1.2 calls printable, without what readers of YAML 1.1 take for line breaks or reject. */
const yamlText = /^[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u

test('YAML has characters that every reader accepts, and gives back the file', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, fc.constantFrom('\n', ' ', '\n  ', '\n\n', ': ', ' #')), { maxLength: 6 }),
      (parts) => {
        const file = parts.flat().join('')
        const secret = secretYaml(file, { product: 'redis' })
        expect(secret).toMatch(yamlText)
        expect((parse(secret) as { stringData: unknown }).stringData).toEqual({ 'users.acl': file })
        const tasks = ansibleYaml(file, { product: 'valkey' })
        expect(tasks).toMatch(yamlText)
        const [task] = parse(tasks, { customTags: [{ tag: '!unsafe', resolve: (text: string) => text }] }) as [
          { 'ansible.builtin.copy': { content: unknown } },
        ]
        expect(task['ansible.builtin.copy'].content).toBe(file)
      },
    ),
    { numRuns: runs(80) },
  )
})

test.each<ExportFormat>(['kubernetes', 'ansible'])('%s: a name with a delete character is escaped', async (format) => {
  expect(await exported(format, ['a\x7fb'])).toContain('user a\\U0000007fb on')
})
