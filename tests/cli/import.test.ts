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
  expect(listed).toMatchObject({ code: 0, out: 'user b on\n' })
  expect(listed.err).toContain('stdin: user app: Line 2 has a parenthesis that is not closed.')
  expect(await run(['import', '-'], { stdin: 'a: 1\n' })).toMatchObject({ code: 2, out: '' })
})

test('check names the format of a file that is no users.acl, and how to read it', async () => {
  const paths = files({ 'users.yaml': withRules })
  const { code, err } = await run(['check', paths['users.yaml'] ?? ''])
  expect(code).toBe(2)
  expect(err).toBe(
    `${paths['users.yaml']} is not a users.acl file; it looks like Kubernetes, Helm or Ansible (YAML). Convert it: acl-playground import ${paths['users.yaml']} > users.acl\n`,
  )
})

test('check does so where the file has user lines within', async () => {
  const paths = files({ 'configmap.yaml': configMap })
  expect((await run(['check', paths['configmap.yaml'] ?? ''])).err).toContain('looks like Kubernetes')
})
