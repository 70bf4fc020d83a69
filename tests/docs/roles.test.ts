import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { files, run } from '../cli/program'

interface Example {
  readonly language: string
  readonly text: string
  /** The file of the last block before it. */
  readonly acl: string
}

function examples(page: string): Example[] {
  let acl = ''
  return [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(
    ([, language = '', text = '']) => {
      if (language === 'acl') acl = text
      return language === 'acl' ? [] : [{ language, text, acl }]
    },
  )
}

const all = examples('docs/roles.md')

test.each(all.filter(({ language }) => language === 'console'))('$text is what is printed', async ({ text, acl }) => {
  const [, command = '', printed = ''] = /^\$ acl-playground (.+)\n([^]*)$/.exec(text) ?? []
  const path = files({ 'users.acl': acl })['users.acl'] ?? ''
  const { out } = await run(command.replace('users.acl', path).split(' '))
  expect(out.replaceAll(dirname(path), '')).toBe(printed)
})

test('the statements about the example hold', async () => {
  const [example] = all.filter(({ language }) => language === 'expect')
  const paths = files({ 'users.acl': example?.acl ?? '', 'users.expect': example?.text ?? '' })
  const { code, out } = await run([
    'test',
    paths['users.acl'] ?? '',
    paths['users.expect'] ?? '',
    '--target',
    'valkey-9.2',
  ])
  expect([code, out]).toEqual([0, expect.stringContaining('6')])
})

test('the recipe makes the file of a server without roles, for which sentences about users hold', async () => {
  const [recipe] = all.filter(({ language }) => language === 'sh')
  const paths: Readonly<Record<string, string>> = files({
    'users.acl': `user default off\n${recipe?.acl ?? ''}`,
    'users.expect': 'alice can GET app:1\nbob can LPUSH jobs 1\nbob cannot GET jobs\n',
    'redis.acl': `user default off\n${recipe?.acl ?? ''}`,
  })
  const steps = [...(recipe?.text ?? '').matchAll(/^acl-playground (.*)$/gm)].map(([, line = '']) => line)
  // The last one needs a server.
  for (const line of [...steps.slice(0, -1), 'test redis.acl users.expect --target redis-8.0']) {
    const { code, err } = await run(line.split(' ').map((word) => paths[word] ?? word))
    expect([line, code, err]).toEqual([line, 0, ''])
  }
  expect(readFileSync(paths['redis.acl'] ?? '', 'utf8')).toContain(
    'user bob on >bobpass ~jobs +lpush (%R~app:* +get +mget)\n',
  )
  expect(steps.at(-1)).toMatch(/^plan redis\.acl redis:/)
})
