import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { builtProgram } from '../cli/built'
import { files } from '../cli/program'

const roles = [
  '+@read',
  '+@read +@write -@dangerous',
  '-@all +get +set +del',
  '+@all -@admin -@dangerous',
  '(~tmp:* +@write)',
]

/**
 * Returns a users.acl in which every user has keys, a channel and a password of its own.
 * @param shift a number that moves the commands from user to user
 */
function aclOf(count: number, shift = 0): string {
  const lines = Array.from(
    { length: count },
    (_, i) =>
      `user u${i} on #${i.toString(16).padStart(64, '0')} ~app${i}:* resetchannels &app${i}:* ${roles[(i + shift) % roles.length] ?? ''}\n`,
  )
  return `user default off\n${lines.join('')}`
}

/** Prints the largest resident size of the process, in kilobytes, when it ends. */
const printsSize = `data:text/javascript,${encodeURIComponent("process.on('exit', () => console.error(process.resourceUsage().maxRSS))")}`

/** Runs the command line; returns the megabytes that were resident at most, and the length of its output. */
function run(...words: readonly string[]): { readonly megabytes: number; readonly length: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', printsSize, builtProgram(), ...words], {
    maxBuffer: 2 ** 28,
  })
  expect(stderr.toString('utf8')).toMatch(/^\d+\n$/)
  return { megabytes: Number(stderr) / 1000, length: stdout.length }
}

test('a check of 100,000 users stays below 600 MB', { timeout: 180_000 }, () => {
  const { acl } = files({ acl: aclOf(100_000) })
  const { megabytes, length } = run('check', acl)
  expect(length).toBeGreaterThan(10_000)
  expect(megabytes).toBeLessThan(600)
})

test('a comparison of 20,000 users that all change stays below 600 MB', { timeout: 600_000 }, () => {
  const { before, after } = files({ before: aclOf(20_000), after: aclOf(20_000, 1) })
  const { megabytes, length } = run('compare', before, after)
  expect(length).toBeGreaterThan(1_000)
  expect(megabytes).toBeLessThan(600)
})

test(
  'a report on each rule of 40,000 users takes a few times the memory of its text at most',
  { timeout: 180_000 },
  () => {
    const { acl, expect: expectations } = files({ acl: aclOf(40_000), expect: 'u1 can GET app1:x\n' })
    const { megabytes, length } = run('test', acl, expectations, '--coverage', '--format', 'json')
    expect(length).toBeGreaterThan(50_000_000)
    expect(megabytes).toBeLessThan(600)
  },
)
