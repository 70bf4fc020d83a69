import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serviceReports } from '../../src/analysis/services'
import { type ServiceId, serviceIds } from '../../src/analysis/services/ids'
import { services } from '../../src/analysis/services/list'
import { loadPolicy } from '../../src/library'
import { loadTarget } from '../../src/targets/load'
import { runs } from '../runs'

const target = await loadTarget('redis-8.0')
const valkey = await loadTarget('valkey-8.1')

function reported(acl: string, id: ServiceId): string[] {
  return serviceReports(acl, id, target).map(
    ({ kind, place, message }) => `${kind} ${place === null ? '' : acl.slice(place.from, place.to)}: ${message}`,
  )
}

test('each command that a service refuses is one of a server', () => {
  const names = new Set([...target.table.commands, ...valkey.table.commands].map(({ name }) => name))
  for (const id of serviceIds) expect([id, services[id].refuses.filter((name) => !names.has(name))]).toEqual([id, []])
})

test('ElastiCache: passwords, reset and refused commands have no place in an access string', () => {
  const long = 'a-password-of-16-characters'
  expect(reported(`user a on >${long} ~a:* +@read\n`, 'elasticache')).toEqual([
    `info >${long}: Amazon ElastiCache: Access strings hold no passwords, and ElastiCache takes no hashes: give the password when you make the user.`,
  ])
  expect(reported('user a reset on >short +config|get +get\n', 'elasticache')).toEqual([
    'refused reset: Amazon ElastiCache does not take reset: an access string holds no reset.',
    'refused >short: Amazon ElastiCache does not take this password: passwords have 16 to 128 printable characters, and none of , " / @.',
    'refused +config|get: Amazon ElastiCache does not take +config|get: an access string names no command that the service refuses (config|get).',
    'info a: Amazon ElastiCache refuses CONFIG GET, which the rules of this user allow.',
  ])
})

test('Upstash takes no nopass, hash or subcommand, and its default user stays', () => {
  const hash = `#${'a'.repeat(64)}`
  expect(reported(`user default off\nuser a on nopass ${hash} +client|list\n`, 'upstash')).toEqual([
    'refused default: Upstash has a default user that cannot be changed.',
    'refused nopass: Upstash does not take nopass: every user needs a password there.',
    `refused ${hash}: Upstash does not take this password: it takes no hashes: make a token with ACL GENTOKEN, and write it after >.`,
    'refused +client|list: Upstash does not take +client|list: it has no rules for subcommands.',
  ])
})

test.each<[ServiceId, string, string]>([
  ['memorystore-redis', 'user a on', 'refused : Google Memorystore for Redis has no users'],
  ['azure-cache', 'user a on +@read ~a:* &c', 'refused &c: Azure Cache for Redis does not take &c'],
  [
    'azure-managed-redis',
    'user a on +get ~a (+set ~b)',
    'refused (+set ~b): Azure Managed Redis does not take (+set ~b)',
  ],
  [
    'redis-cloud',
    'user a on +get ~a(b',
    'refused ~a(b: Redis Cloud and Redis Software does not take ~a(b: its patterns hold no parentheses',
  ],
  ['aiven', 'user a on (+get ~b)', 'refused (+get ~b): Aiven for Valkey does not take (+get ~b)'],
  [
    'memorydb',
    'user a on +acl|setuser',
    'info a: Amazon MemoryDB refuses ACL SETUSER, which the rules of this user allow.',
  ],
  [
    'oci-cache',
    'user a on +config',
    'info a: Oracle OCI Cache refuses CONFIG SET, which the rules of this user allow.',
  ],
])('%s: %s', (id, acl, message) => {
  expect(reported(acl, id)).toEqual([expect.stringContaining(message)])
})

test('nothing is reported of users that read and write keys of their own', () => {
  for (const id of serviceIds)
    if (id !== 'memorystore-redis')
      expect([id, reported('user a on ~a:* -@all +@read +@write -@dangerous\n', id)]).toEqual([id, []])
})

test('a command that is said to be allowed is not denied by the rules for commands', async () => {
  const rule = fc.constantFrom(
    ...['+@all', '-@dangerous', '+@admin', '-config', '+acl', '+debug', '(+save)', '&é', '-@all', '+config|get'],
  )
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 6 }), fc.constantFrom(...serviceIds), async (rules, id) => {
      const acl = `user default off\nuser é on nopass ~* ${rules.join(' ')}\n`
      const policy = await loadPolicy({ acl, target: 'redis-8.0' })
      for (const { message, place } of serviceReports(acl, id, target)) {
        const [, names] = / refuses (.+?)(?: and \d+ more)?, which the rules of this user allow\.$/.exec(message) ?? []
        if (names === undefined) continue
        expect(acl.slice(place?.from, place?.to)).toBe('é')
        for (const name of names.split(', ')) {
          const words = name.toLowerCase().split(' ')
          const arity = target.table.commands.find((command) => command.name === words.join('|'))?.arity ?? 0
          const argv = [...words, ...Array<string>(Math.max(0, Math.abs(arity) - words.length)).fill('1')]
          expect([name, policy.check('é', argv).reason]).not.toEqual([name, 'command'])
        }
      }
    }),
    { numRuns: runs(100) },
  )
})
