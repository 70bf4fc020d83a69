import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { files, run } from './program'

const configMap =
  'apiVersion: v1\nkind: ConfigMap\ndata:\n  users.acl: |\n    user default off\n    user app on >pw ~a +get\n'
const withRules = 'redis_users:\n  - name: app\n    acl_rules: "on >pw ~a +get"\n'

test('import prints the users of another file as users.acl', async () => {
  const paths = files({ 'configmap.yaml': configMap })
  expect(await run(['import', paths['configmap.yaml'] ?? ''])).toMatchObject({
    code: 0,
    out: 'user default off\nuser app on >pw ~a +get\n',
    err: '',
  })
})

test('what is lost is said on standard error, and a file without users is none', async () => {
  const listed = await run(['import', '-'], { stdin: '# mine\nuser app on >pw (~a +get\nuser b on\n' })
  expect(listed).toMatchObject({ code: 1, out: 'user b on\n' })
  expect(listed.err).toContain('stdin: user app: Line 2 has a parenthesis that is not closed.')
  expect(await run(['import', '-'], { stdin: 'a: 1\n' })).toMatchObject({ code: 2, out: '' })
})

test('lost rules and passwords end with 1; with --strict any change prints nothing', async () => {
  const script = 'redis-cli ACL SETUSER app on ">$PASSWORD" ~a +get\nredis-cli ACL SETUSER b on nopass ~b +get\n'
  const imported = await run(['import', '-'], { stdin: script })
  expect(imported).toMatchObject({ code: 1, out: 'user app on ~a +get\nuser b on nopass ~b +get\n' })
  expect(imported.err).toContain('user app: A password was left out')
  const strict = await run(['import', '-', '--strict'], { stdin: script })
  expect(strict).toMatchObject({ code: 1, out: '' })
  expect(strict.err).toContain('nothing is printed, since --strict is set')
  const doubled = 'user b on\nuser b off\n'
  expect(await run(['import', '-'], { stdin: doubled })).toMatchObject({ code: 0, out: 'user b off\n' })
  expect(await run(['import', '-', '--strict'], { stdin: doubled })).toMatchObject({ code: 1, out: '' })
  expect(await run(['import', '-', '--strict'], { stdin: configMap })).toMatchObject({ code: 0, err: '' })
})

test('nothing is said about users that are not read completely', async () => {
  const script = (rule: string): string =>
    `redis-cli ACL SETUSER default off\nredis-cli ACL SETUSER app on ">$PASSWORD" ~a ${rule}\n`
  const paths = files({ 'all.sh': script('+get'), 'some.sh': script('+@$CATEGORY'), 'users.expect': 'app can GET a\n' })
  expect(await run(['check', paths['all.sh']])).toMatchObject({ code: 0 })
  for (const words of [
    ['check', paths['some.sh']],
    ['test', paths['some.sh'], paths['users.expect']],
    ['compare', paths['all.sh'], paths['some.sh']],
  ])
    expect(await run(words)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('not all of its users and rules can be read, so nothing is said about them.'),
    })
})

const terraform = `resource "aws_elasticache_user" "app" {
  user_id       = "app"
  user_name     = "app"
  engine        = "REDIS"
  access_string = "on ~app:* +@all"
  passwords     = ["a-long-password-of-the-application"]
}
`

test('check reads users in other formats, and says what was detected', async () => {
  const paths = files({ 'values.yaml': withRules, 'configmap.yaml': configMap, 'main.tf': terraform })
  for (const [path, label] of [
    [paths['values.yaml'], 'Kubernetes, Helm or Ansible (YAML)'],
    [paths['configmap.yaml'], 'Kubernetes, Helm or Ansible (YAML)'],
    [paths['main.tf'], 'Terraform'],
  ] as const) {
    const { code, err, out } = await run(['check', path])
    expect(code).toBe(0)
    expect(err).toContain(`${path}: read as ${label}. To see the rules: acl-playground import ${path}\n`)
    expect(out).toContain(`${path}: accepted by Redis 8.0`)
    // Lines of the rules are not lines of the file: none are named, and passwords stay masked.
    expect(out).not.toMatch(/(?:yaml|tf):\d/)
    expect(out).toMatch(/\n += In: user app on [^\n]*>\*+/)
  }
  const { out } = await run(['check', paths['main.tf'], '--format', 'github', '--fail-on', 'error'])
  expect(out).toMatch(/^::\w+ file=[^,]+main\.tf,line=1,title=/)
})

test('test and compare read them too; a file that is written does not', async () => {
  const paths = files({
    'values.yaml': configMap,
    'main.tf': terraform,
    'users.expect': 'app cannot SET a x because command\napp can SET a x\n',
    'new.yaml': configMap.replace('+get', '+get +set'),
  })
  const tested = await run(['test', paths['values.yaml'], paths['users.expect']])
  expect(tested).toMatchObject({
    code: 1,
    out: expect.stringContaining('users.expect:2:9: error: Denied because command'),
  })
  const compared = await run(['compare', paths['values.yaml'], paths['new.yaml']])
  expect(compared).toMatchObject({ code: 1, out: expect.stringContaining('+ can also run SET') })
  expect(await run(['simplify', paths['values.yaml'], '--write'])).toMatchObject({
    code: 2,
    err: expect.stringContaining(`Convert it: acl-playground import ${paths['values.yaml']} > users.acl`),
  })
})

test('another format without users is refused, with what it looks like', async () => {
  const paths = files({ 'deployment.yaml': 'apiVersion: v1\nkind: Service\nspec: {}\n' })
  expect(await run(['check', paths['deployment.yaml']])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is not a users.acl file; it looks like Kubernetes, Helm or Ansible (YAML).'),
  })
})

test('--write-back changes the users of the file alone, and leaves the file where it cannot', async () => {
  const text = `# ours\n${configMap}  other: "x"   # stays\n`
  const paths = files({
    'configmap.yaml': text,
    'users.acl': 'user default off\nuser app on >pw ~a +get +set\n',
    'bad.acl': 'user default off\nuser app on (~a +get\n',
    'run.sh': 'redis-cli ACL SETUSER app on\n',
  })
  const file = paths['configmap.yaml'] ?? ''
  expect(await run(['import', file, '--write-back', paths['bad.acl'] ?? ''])).toMatchObject({ code: 2, out: '' })
  expect(await run(['import', paths['run.sh'] ?? '', '--write-back', paths['users.acl'] ?? ''])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Users are written back into YAML, JSON and Terraform only.'),
  })
  expect(readFileSync(file, 'utf8')).toBe(text)
  expect(await run(['import', file, '--write-back', paths['users.acl'] ?? ''])).toMatchObject({
    code: 0,
    out: `${file}: user app changed\n`,
    err: '',
  })
  expect(readFileSync(file, 'utf8')).toBe(text.replace('~a +get', '~a +get +set'))
  expect(await run(['import', file, '--write-back', paths['users.acl'] ?? ''])).toMatchObject({
    code: 0,
    out: `${file}: nothing to change.\n`,
  })
})
