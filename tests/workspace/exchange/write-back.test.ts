import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importText } from '../../../src/workspace/import'
import { writeBack } from '../../../src/workspace/write-back'
import { runs } from '../../runs'

const behaviours = { hasChannels: true, hasRoles: true }

async function aclOf(text: string): Promise<string> {
  const outcome = await importText(text, { behaviours })
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.result.acl
}

async function written(text: string, acl: string): Promise<string> {
  const result = await writeBack(text, acl, behaviours)
  if (!result.ok) throw new Error(result.message)
  expect(await aclOf(result.text)).toBe(acl)
  return result.text
}

const secret = `# Managed by the platform team.
apiVersion: v1
kind: Secret   # not sealed
metadata: { name: acl,   labels: {a: "b"} }
stringData:
    users.acl: |
      user default off

      user app on >app-pw ~app:* +@read
      user probe   on nopass +ping
    other: "x"   # stays
`

test('a user of a Secret changes in its line, and every other byte stays', async () => {
  const acl = (await aclOf(secret)).replace('+@read', '+@read +set')
  expect(await written(secret, acl)).toBe(secret.replace('+@read', '+@read +set'))
  const crlf = secret.replaceAll('\n', '\r\n')
  expect(await written(crlf, acl)).toBe(crlf.replace('+@read', '+@read +set'))
})

test('users are added after the last one, and removed with their line', async () => {
  expect(await written(secret, 'user default off\nuser probe on nopass +ping\nuser new on nopass ~n +get\n')).toBe(
    secret
      .replace('      user app on >app-pw ~app:* +@read\n', '')
      .replace('nopass +ping\n', 'nopass +ping\n      user new on nopass ~n +get\n'),
  )
})

test('base64 stays base64', async () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const file = (acl: string): string => `kind: Secret\ndata:\n  users.acl: ${base64(acl)}  # acl\n  b: YQ==\n`
  expect(await written(file('user app on nopass ~é +get\n'), 'user app on nopass ~é +set\n')).toBe(
    file('user app on nopass ~é +set\n'),
  )
})

test('a password that a template fills in stays in the line of its user', async () => {
  const values = `acl: |\n  user app on >{{ .Values.pw }} ~a +get\n  user b on >\${B} ~b +get # {{ x }}\n`
  const result = await writeBack(
    values.replace(' # {{ x }}', ''),
    'user app on ~a +get +set\nuser b on ~b +get\n',
    behaviours,
  )
  expect(result).toMatchObject({
    ok: true,
    text: values.replace(' # {{ x }}', '').replace('>{{ .Values.pw }} ~a +get', '>{{ .Values.pw }} ~a +get +set'),
    changed: ['user app'],
  })
})

test.each([
  [
    'compose, a list',
    'services:\n  redis:\n    command: ["redis-server", "--user", "app", "on", "nopass", "~a", "+get"]  # c\n    image: redis\n',
    '"~a", "+get"',
    '"~a", "+set", "+get"',
  ],
  [
    'compose, lines',
    'services:\n  redis:\n    command:\n      - redis-server\n      - --user\n      - app\n      - "on"\n      - nopass\n      - ~a\n      - +get\n      - --port\n      - "7000"\n',
    '      - ~a\n      - +get\n',
    '      - ~a\n      - "+set"\n      - +get\n',
  ],
  [
    'Ansible',
    '- hosts: all\n  vars:\n    redis_users:\n      # one\n      - name: app\n        acl_rules: on nopass ~a +get   # rules\n      - {name: b, acl_rules: "on nopass ~b +get"}\n',
    'nopass ~a +get',
    'nopass ~a +set +get',
  ],
  [
    'Terraform',
    'resource "aws_elasticache_user" "a" {\n  user_name     = "app" // x\n  access_string = "on ~a +get" # y\n  no_password_required = true\n}\n',
    '~a +get',
    '~a +set +get',
  ],
  [
    'a heredoc',
    'resource "kubernetes_secret" "a" {\n  data = {\n    "users.acl" = <<-EOT\n      user b on >${var.b} ~b +get\n      user app on nopass ~a +get\n    EOT\n  }\n}\n',
    '~a +get',
    '~a +set +get',
  ],
  [
    'CloudFormation in JSON',
    '{"Resources": {"U": {"Type": "AWS::ElastiCache::User",\n "Properties": {"UserName": "app", "AccessString":   "on ~a +get", "NoPasswordRequired": true}}}}\n',
    '~a +get',
    '~a +set +get',
  ],
])('%s: only the rules of the user change', async (_, file, from, to) => {
  const acl = await aclOf(file)
  const next = acl.replace('~a +get', '~a +set +get')
  expect(next).not.toBe(acl)
  const result = await writeBack(file, next, behaviours)
  if (!result.ok) throw new Error(result.message)
  expect(await aclOf(result.text)).toBe(next)
  expect(result.text).toBe(file.replace(from, to))
})

test.each([
  [
    'a user that another form would hold',
    'redis_users:\n  - name: app\n    acl_rules: on nopass ~a +get\n',
    'user app on nopass ~a +get\nuser b on\n',
    'user b cannot be added',
  ],
  [
    'a removed user of such a form',
    'redis_users:\n  - name: app\n    acl_rules: on nopass ~a +get\n  - name: b\n    acl_rules: on nopass ~b +get\n',
    'user app on nopass ~a +get\n',
    'user b cannot be written back',
  ],
  [
    'a rule that is filled in',
    'acl: |\n  user app on nopass ~${P} +get\n',
    'user app on nopass ~a +get\n',
    'user app has rules that are filled in elsewhere',
  ],
  [
    'a user that stands there twice',
    'a: |\n  user app on +get\nb: |\n  user app on +get\n',
    'user app on +set\n',
    'user app stands in this file more than once',
  ],
  ['a script', 'redis-cli ACL SETUSER app on nopass ~a +get\n', 'user app on\n', 'YAML, JSON and Terraform only'],
])('%s is refused, and named', async (_, file, acl, message) => {
  expect(await writeBack(file, acl, behaviours)).toMatchObject({ ok: false, message: expect.stringContaining(message) })
})

const name = fc
  .string({ unit: fc.constantFrom(...'abz09_-é'), minLength: 1, maxLength: 5 })
  .filter((text) => /^[a-z]/.test(text))
const rule = fc.oneof(
  fc.constantFrom('+get', '+set', '-@dangerous', '+@read', '&*', 'nopass', '~*', 'resetchannels'),
  fc.string({ unit: fc.constantFrom(...'ab:*?[]"\'\\#&!|>é😀'), minLength: 1, maxLength: 6 }).map((text) => `~${text}`),
  fc.string({ unit: fc.constantFrom(...'ab:*"\'\\#&!|>é'), minLength: 1, maxLength: 6 }).map((text) => `>${text}`),
)
const users = fc
  .dictionary(name, fc.array(rule, { maxLength: 5 }), { minKeys: 1, maxKeys: 4 })
  .map((all) => new Map(Object.entries(all)))
const line = (key: string, rules: readonly string[]): string => ['user', key, 'on', ...rules].join(' ')
const comment = fc.string({ unit: fc.constantFrom(...'ab #"\':{}é'), maxLength: 8 }).map((text) => `# ${text}\n`)

test('whatever users are written, all bytes outside of the lines of changed users stay', async () => {
  await fc.assert(
    fc.asyncProperty(
      users,
      users,
      comment,
      comment,
      fc.constantFrom(3, 4, 7),
      fc.constantFrom('\n', '\r\n'),
      async (before, after, top, end, indent, eol) => {
        const blanks = ' '.repeat(indent)
        const head = `${top}kind:   Secret\nstringData:\n  users.acl: |\n`
        const lines = [...before].map(([key, rules]) => `${blanks}${line(key, rules)}\n`)
        const tail = `  b:  'c'\n${end}`
        const file = (head + lines.join('') + tail).replaceAll('\n', eol)
        const acl = [...before.keys()]
          .filter((key) => after.has(key))
          .concat([...after.keys()].filter((key) => !before.has(key)))
          .map((key) => `${line(key, after.get(key) ?? [])}\n`)
          .join('')
        const result = await writeBack(file, acl, behaviours)
        if (!result.ok) throw new Error(result.message)
        expect(result.text.startsWith(head.replaceAll('\n', eol))).toBe(true)
        expect(result.text.endsWith(tail.replaceAll('\n', eol))).toBe(true)
        for (const [key, rules] of before)
          if (after.get(key)?.join(' ') === rules.join(' '))
            expect(result.text).toContain(`${blanks}${line(key, rules)}${eol}`)
        expect(await aclOf(result.text)).toBe(await aclOf(acl))
      },
    ),
    { numRuns: runs(100) },
  )
})

test('the files of the import tests are written back, or refused, and writing what they have changes nothing', async () => {
  for (const file of [
    'bitnami.yaml',
    'cloudformation.yaml',
    'compose.yaml',
    'kustomization.yaml',
    'terraform-heredoc.tf',
    'foreach.tf',
    'unpadded-lists.yaml',
  ]) {
    const text = readFileSync(join(import.meta.dirname, 'wild', file), 'utf8')
    expect([file, await writeBack(text, await aclOf(text), behaviours)]).toMatchObject([file, { ok: true, text }])
  }
})
