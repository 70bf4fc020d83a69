import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import type { User } from '../../../src/acl/user'
import { Users } from '../../../src/acl/users'
import { applyFix } from '../../../src/analysis/diagnostic'
import { refusals } from '../../../src/analysis/refusals'
import { targetInfos } from '../../../src/targets/infos'
import { loadTarget } from '../../../src/targets/load'
import type { Target } from '../../../src/targets/target'
import { runs } from '../../runs'

/** Rules as people write them, and what each asks for: as rules, without those that take something away. */
const written: readonly (readonly [string, readonly string[]])[] = [
  ['on', []],
  ['nopass', []],
  ['>secret', []],
  ['> secret', []],
  ['#plain', []],
  [`#${'AB'.repeat(32)}`, []],
  ['<old', []],
  ['+get', ['+get']],
  ['+ get', ['+get']],
  ['get', ['+get']],
  ['+hgte', ['+hget']],
  ['+frobnicate', []],
  ['+all', ['+@all']],
  ['+@all', ['+@all']],
  ['-@all', []],
  ['+@zset', ['+@sortedset']],
  ['+@generic', []],
  ['+@redd', ['+@read']],
  ['-@dangerus', []],
  ['+@read,-@dangerous', ['+@read']],
  ['+get,set', ['+get', '+set']],
  ['+config', ['+config']],
  ['+config|get', ['+config|get']],
  ['+config|get|x', []],
  ['-config|get|x', []],
  ['-get|x', []],
  ['+get|a|b', ['+get|a', '+get|b']],
  ['~*', ['~*']],
  ['~a', ['~a']],
  ['~b:*', ['~b:*']],
  ['~ c', ['~c', '~']],
  ['d:*', ['~d:*', '%R~d:*', '&d:*']],
  ['+config set', ['+config', '+set']],
  ['-config set', ['+set']],
  ['!get', []],
  ['+get+set', ['+get', '+set']],
  ['%R e:*', ['~e:*']],
  ['hunter2!', []],
  ['%R~a', ['~a']],
  ['%Rb', ['~b']],
  ['-~secret:*', []],
  ['allkeys', ['~*']],
  ['allkey', ['~*']],
  ['resetkeys', []],
  ['resetkey', []],
  ['&*', ['&*']],
  ['&a:*', ['&a:*']],
  ['&b', ['&b']],
  ['allchannels', ['&*']],
  ['resetchannels', []],
  ['resetchanels', []],
  ['"+get"', ['+get']],
  ['(~* ~a +get)', ['~*', '~a', '+get']],
  ['(+set ~b:* +frob)', ['+set', '~b:*']],
  ['(&* &b +publish)', ['&*', '&b', '+publish']],
  ['(+@hash ~a >pw)', ['+@hash', '~a']],
  ['(+get ~x', ['+get', '~x']],
  ['sudo', []],
  ['# note', []],
  ['on,nopass', []],
  ['>{{ x }}', []],
  ['~${T}:*', ['~${T}:*']],
]

/** What a user of several rules may do at most: each rule by itself. */
class Asked {
  readonly #users: readonly User[]
  readonly #patterns: ReadonlySet<string>

  constructor(target: Target, rules: readonly string[], speaksOfChannels: boolean) {
    const fresh = new Users(target.table, target.behaviours)
    this.#users = rules.flatMap((rule) => {
      const user = fresh.newUser('x')
      return user.apply('reset') === null && user.apply(rule) === null ? [user] : []
    })
    const all = target.behaviours.hasChannels && !(target.behaviours.allChannelsByDefault && !speaksOfChannels)
    this.#patterns = new Set([...rules.filter((rule) => /^[~&]\S*$/.test(rule)), ...(all ? [] : ['&*'])])
  }

  /** What the user may do that was not asked for. */
  beyond(user: User): string[] {
    const found: string[] = []
    for (const { space, commands, allKeys, keys, allChannels, channels } of user.selectors) {
      for (const { index, name } of space.table.commands) {
        const mayAny = this.#users.some(({ root }) => root.commands.has(index))
        if (commands.has(index) && !mayAny) found.push(`+${name}`)
        for (const first of commands.firstArgs.get(index) ?? [])
          if (!mayAny && !this.#users.some(({ root }) => root.commands.firstArgs.get(index)?.includes(first) === true))
            found.push(`+${name}|${first}`)
      }
      const patterns = [
        ...(allKeys ? ['~*'] : keys.map(({ pattern }) => `~${pattern}`)),
        ...(allChannels ? ['&*'] : channels.map(({ pattern }) => `&${pattern}`)),
      ]
      found.push(...patterns.filter((pattern) => !this.#patterns.has(pattern)))
    }
    return found
  }
}

const line = fc.array(fc.constantFrom(...written), { minLength: 1, maxLength: 7 })

test.each(targetInfos.map(({ id }) => id))(
  'no fix of a refusal grants what the text does not ask for: %s',
  async (id) => {
    const target = await loadTarget(id)
    fc.assert(
      fc.property(line, (parts) => {
        const text = `user u ${parts.map(([rule]) => rule).join(' ')}`
        const asked = new Asked(
          target,
          parts.flatMap(([rule, rules]) => [rule, ...rules]),
          // What stands behind a blank and # is a comment.
          /&|channel|chanel/.test(text.replace(/ # .*/, '')),
        )
        const problemsOf = (one: string) => {
          const result = loadAclFile(new Users(target.table, target.behaviours), fromText(one), 'users.acl')
          return result.ok
            ? { user: result.users.get('u'), fixes: [] }
            : { user: undefined, fixes: refusals(result.problems, one, target).flatMap(({ fixes }) => fixes) }
        }
        for (const fix of problemsOf(text).fixes) {
          let fixed = applyFix(text, fix)
          for (let round = 0; round < 20; round++) {
            const {
              user,
              fixes: [next],
            } = problemsOf(fixed)
            if (user !== undefined) expect(asked.beyond(user), `${text}\n${fixed}`).toEqual([])
            if (next === undefined) break
            fixed = applyFix(fixed, next)
          }
        }
      }),
      { numRuns: runs(100) },
    )
  },
)

test('on 6.2, no fix removes a channel pattern: the user would keep every channel', async () => {
  const target = await loadTarget('redis-6.2')
  const text = 'user sub on nopass ~* &a:* &b:* +@pubsub'
  const result = loadAclFile(new Users(target.table, target.behaviours), text, 'users.acl')
  expect(
    result.ok ||
      refusals(result.problems, text, target).map(({ fixes }) =>
        fixes.map((fix) => `${fix.label}: ${applyFix(text, fix)}`),
      ),
  ).toEqual([
    ['Put resetchannels before it: user sub on nopass ~* resetchannels &a:* &b:* +@pubsub'],
    ['Put resetchannels before &a:*: user sub on nopass ~* resetchannels &a:* &b:* +@pubsub'],
  ])
})
