import type { ChecklistItem } from './types'

/** The items that redis.conf and the host decide, whatever users.acl says. */
const aboutServer: ReadonlySet<ChecklistItem['id']> = new Set([
  'bind',
  'protected-mode',
  'tls',
  'firewall',
  'unix-socket',
  'rename-command',
  'protected-directives',
  'acl-log',
  'login-failures',
  'log-level',
  'updates',
])

/** Returns true for a redis.conf that says no more than where users.acl is. */
const isBare = (conf: string): boolean => conf.split('\n').every((line) => /^\s*(?:#|aclfile\s|$)/i.test(line))

/** Counts the items that fail; without those about a redis.conf that nobody gave. */
export function failingItems(items: readonly Pick<ChecklistItem, 'id' | 'state'>[], conf: string): number {
  const isGiven = !isBare(conf)
  return items.filter(({ id, state }) => state === 'fail' && (isGiven || !aboutServer.has(id))).length
}
