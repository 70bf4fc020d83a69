import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, run } from '../cli/program'

const read = (page: string): string => readFileSync(page, 'utf8')

const paths = files({
  'users.acl': 'user default off\nuser app on nopass ~app:* +get\n',
  'users.expect': 'app can GET app:1\n',
  'redis.conf': 'protected-mode yes\n',
  'old.acl': 'user app on nopass ~app:* ~cache:* +get +set\n',
  'new.acl': 'user app on nopass ~app:* %R~cache:* +get +set +del\n',
  'configmap.yaml': 'data:\n  users.acl: |\n    user app on nopass ~app:* +get\n',
})
/** The file that a documented command writes; commands may follow each other. */
const written = join(dirname(paths['users.acl']), 'acl-playground.json')
const isFile = (word: string): word is keyof typeof paths => word in paths

/** `a [--b c] [--d e|f]` as one command line without, and one with what is optional: the first of several values. */
function spelled(documented: string): string[] {
  const plain = documented.replace(/ > .*$/, '').replaceAll('…', '')
  const whole = plain.replace(/[[\]]/g, '').replace(/\|[^ ]*/g, '')
  return [...new Set([plain.replace(/ \[[^\]]*\]/g, ''), whole])]
}

/** The commands of a page that need no running server and end by themselves. */
const commandsIn = (page: string): string[] =>
  [
    ...read(page).matchAll(/^ {4}(?:npx )?acl-playground (?!serve|watch|record|pull|plan)(?!.*redis:\/\/)(.+)$/gm),
  ].flatMap(([, words = '']) => spelled(words))

describe.each(['README.md', 'docs/ci.md', 'docs/proof.md', 'docs/known-defects.md'])('%s', (page) => {
  test.each(commandsIn(page))('acl-playground %s', async (command) => {
    rmSync(written, { force: true })
    const local = (word: string): string =>
      word === 'acl-playground.json' ? written : isFile(word) ? paths[word] : word
    const { code, err } = await run(command.split(' ').map(local))
    // 1: the check ran, and something was found.
    expect(code === 2 ? err : '').toBe('')
  })
})

test('the documented comparison is what is printed', async () => {
  const [, old = '', fresh = '', printed = ''] =
    /old\.acl has\n\n {4}(.+)\n\nand new\.acl has\n\n {4}(.+)\n\n[^]*?\n\n {4}(user app\n(?: {6}.+\n)+)/.exec(
      read('docs/proof.md'),
    ) ?? []
  const given = files({ 'old.acl': `${old}\n`, 'new.acl': `${fresh}\n` })
  const { out } = await run(['compare', given['old.acl'], given['new.acl']])
  expect(out).toContain(printed.replaceAll('\n    ', '\n'))
})
