import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importText, type ImportFormat } from '../../../src/workspace/import'
import { runs } from '../../runs'

const behaviours = { hasChannels: true, hasRoles: true }

async function imported(text: string, format?: ImportFormat): Promise<{ acl: string; lost: (string | null)[] }> {
  const outcome = await importText(text, { behaviours, ...(format !== undefined && { format }) })
  if (!outcome.ok) return { acl: '', lost: [outcome.message] }
  const { acl, notes } = outcome.result
  return { acl, lost: notes.filter(({ kind }) => kind === 'lost').map(({ user }) => user) }
}

const word = fc.string({
  unit: fc.constantFrom(...'abz09:*?[]{}()$%#&@!"\'\\`<>=,;.|/+-é😀'),
  minLength: 1,
  maxLength: 8,
})
const user = fc.record({
  name: fc
    .string({ unit: fc.constantFrom(...'abz09_-.é'), minLength: 1, maxLength: 6 })
    .filter((name) => /^\w/.test(name)),
  keys: fc.array(word, { maxLength: 3 }),
})

const single = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
const double = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
const dollar = (text: string): string => text.replaceAll('$', '\\$')

/** Writers of a call or resource that sets a user, in the strings of each language. */
const writers: Readonly<Record<string, (name: string, rules: readonly string[]) => string>> = {
  'TypeScript, single quotes': (name, rules) =>
    `import { createClient } from 'redis'\nawait client.aclSetUser(${single(name)}, [${rules.map(single).join(', ')}])\n`,
  'TypeScript, templates': (name, rules) =>
    `const x = 1\nclient.aclSetUser(${single(name)}, [${rules.map((rule) => `\`${dollar(rule.replace(/[\\`]/g, '\\$&'))}\``).join(', ')}])\n`,
  Python: (name, rules) =>
    `import redis\nr = redis.Redis()\nr.execute_command("ACL", "SETUSER", ${double(name)}, ${rules.map((rule, i) => (i % 2 === 0 ? single(rule) : double(rule))).join(', ')})\n`,
  'Python, f-strings': (name, rules) =>
    `import redis\nr.execute_command("ACL SETUSER", ${double(name)}, ${rules.map((rule) => `f${double(rule.replace(/[{}]/g, '$&$&'))}`).join(', ')})\n`,
  Java: (name, rules) =>
    `import redis.clients.jedis.Jedis;\nclass A { void a() { jedis.aclSetUser(${[name, ...rules].map(double).join(', ')}); } }\n`,
  Kotlin: (name, rules) =>
    `fun a() {\n  val x = 1\n  jedis.aclSetUser(${[name, ...rules].map((text) => dollar(double(text))).join(', ')})\n}\n`,
  Go: (name, rules) =>
    `package main\n\nfunc main() {\n\trdb.ACLSetUser(ctx, ${double(name)}, ${rules.map((rule) => (rule.includes('`') ? double(rule) : `\`${rule}\``)).join(', ')})\n}\n`,
  Bicep: (name, rules) =>
    `resource a 'Microsoft.App/containerApps@2024-03-01' = {\n  properties: {\n    command: [\n${['redis-server', '--user', name, ...rules].map((text) => `      ${dollar(single(text))}\n`).join('')}    ]\n  }\n}\n`,
  Nix: (name, rules) =>
    `{ config, pkgs, ... }:\n{\n  x.command = [ ${['redis-server', '--user', name, ...rules].map((text) => dollar(double(text))).join(' ')} ];\n}\n`,
}

test.each(Object.keys(writers))('%s: users that a program writes out are read back word for word', async (language) => {
  const write = writers[language]
  await fc.assert(
    fc.asyncProperty(user, async ({ name, keys }) => {
      const rules = ['on', 'nopass', ...keys.map((key) => `~${key}`), '+get']
      // A server takes a word that starts with -- for an option.
      expect(await imported(write?.(name, rules) ?? '')).toEqual({
        acl: `user ${name} ${rules.join(' ')}\n`,
        lost: [],
      })
    }),
    { numRuns: runs(60) },
  )
})

test.each([
  ['a variable', 'client.aclSetUser("app", rules)'],
  ['a choice', 'client.aclSetUser("app", admin ? ["+@all"] : ["+get"])'],
  ['a call', 'client.aclSetUser("app", rulesOf("+@all"))'],
  ['an item of a list', 'client.aclSetUser("app", rules[0])'],
  ['a spread', 'client.aclSetUser("app", [...common, "on"])'],
  ['a template', 'client.aclSetUser("app", [`~${prefix}:*`])'],
  ['a part of a text', 'client.aclSetUser("app", "~" + prefix)'],
  ['a keyword argument', 'r.acl_setuser("app", enabled=settings.ON)'],
  ['merged arguments', 'r.acl_setuser("app", **options)'],
  ['a format', 'import redis\nr.acl_setuser("app", keys=["%s:*" % prefix])'],
])('%s is named and never guessed', async (_, text) => {
  const { acl, lost } = await imported(text, 'client-calls')
  expect(acl).toMatch(/^user app(?: on)?\n$/)
  expect(lost).toEqual(['app'])
})

test.each([
  'throw new Error("user not found")',
  'log("user app on fire")',
  'const TEMPLATE = "user %s on ~* +@all"',
  '"user {} on >{} ~* +@all".format(name, password)',
  'fmt.Sprintf("user %s on >%s ~* +@all", name, password)',
  'String.format("user app on ~%1$s +@all", prefix)',
])('a message or a format is no user: %s', async (text) => {
  expect((await imported(`${text}\nclient.aclSetUser("a", "on")\n`, 'client-calls')).acl).toBe('user a on\n')
})

test.each([
  'if (debug) {\n  client.aclSetUser("a", ["on"])\n}',
  'import redis\nif DEBUG:\n    r.acl_setuser("a", enabled=True)\n',
  'for (const x of y) {\n  try {\n    client.aclSetUser("a", ["on"])\n  } finally {}\n}',
])('a call inside a condition or a loop is read, and named: %s', async (text) => {
  expect(await imported(text, 'client-calls')).toEqual({ acl: 'user a on\n', lost: [null] })
})

test('whether a user needs a password is never guessed', async () => {
  const user = (flag: string): string =>
    `new CfnUser(this, 'x', { userName: 'app', accessString: 'on ~a +get', noPasswordRequired: ${flag} })`
  expect(await imported(user('true'), 'client-calls')).toEqual({ acl: 'user app nopass on ~a +get\n', lost: [] })
  expect(await imported(user('false'), 'client-calls')).toEqual({ acl: 'user app on ~a +get\n', lost: [] })
  expect((await imported(user('props.open'), 'client-calls')).lost).toEqual(['app'])
})

test('a reference of Terraform is resolved where the file holds its value, and else it is named', async () => {
  const text = (rules: string): string =>
    `locals {\n  a = local.b\n  b = { x = "on ~a +get" }\n  loop = local.loop\n}\nvariable "v" {\n  default = "on ~* +@all"\n}\nresource "aws_memorydb_user" "other" {\n  user_name = "other"\n  access_string = "on ~b +get"\n}\nresource "aws_memorydb_user" "u" {\n  user_name = "app"\n  access_string = ${rules}\n}\n`
  const app = async (rules: string): Promise<string> =>
    (await imported(text(rules))).acl.replace('user other on ~b +get\n', '')
  expect(await app('local.a.x')).toBe('user app on ~a +get\n')
  expect(await app('local.a["x"]')).toBe('user app on ~a +get\n')
  expect(await app('"${local.b.x} +set"')).toBe('user app on ~a +get +set\n')
  expect(await app('aws_memorydb_user.other.access_string')).toBe('user app on ~b +get\n')
  for (const unknown of [
    'var.v',
    'local.loop',
    'local.b.y',
    'upper(local.a.x)',
    'data.x.y.z',
    'each.value',
    '"${var.v}"',
  ])
    expect([unknown, (await imported(text(unknown))).lost]).toEqual([unknown, ['app']])
})
