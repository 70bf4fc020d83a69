/**
 * Installs Jest from npm and runs the documented example with it. Not among the tests, since Jest has 250 packages.
 * `npm run test:jest`
 */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packed, read, root } from './packed'

const project = mkdtempSync(join(tmpdir(), 'acl-playground-jest-'))

function run(command: string): void {
  const { status } = spawnSync('bash', ['-c', command], { cwd: project, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
for (const name of ['users.acl', 'new-users.acl']) cpSync(join(root, 'docs/examples/users.acl'), join(project, name))
const document = read('docs/library.md')
const [, code = '', command = ''] = /\n## Jest\n[^]*?```js\n([^]*?)```\n\nRun it with `([^`]+)`/.exec(document) ?? []
writeFileSync(join(project, 'acl.test.js'), code)
run(`npm install --no-audit --no-fund --save-dev jest@30 ${packed().archive}`)
run(command)
writeFileSync(join(project, 'new-users.acl'), readFileSync(join(project, 'users.acl'), 'utf8').replace('~app:*', '~*'))
const changed = spawnSync('bash', ['-c', command], { cwd: project, encoding: 'utf8' })
if (changed.status !== 1 || !changed.stderr.includes('app: + can also run')) {
  console.error(`The example should fail for another file:\n${changed.stderr}`)
  process.exit(1)
}
console.log('The example for Jest passes, and fails where permissions change.')
