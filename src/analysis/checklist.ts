/**
 * The security checklist: network exposure, passwords, users, TLS, firewall, logs and updates, from a server's two
 * files and the user's answers.
 */
import { readFacts } from './checklist/facts'
import { networkItems } from './checklist/network'
import { operationsItems } from './checklist/operations'
import { passwordItems } from './checklist/passwords'
import { doubtIncluded } from './checklist/included'
import type { ChecklistInput, ChecklistItem } from './checklist/types'
import { userItems } from './checklist/users'
import { finish } from './steps'

export { unknownClientSide } from './checklist/types'

/**
 * Checks redis.conf, users.acl and the user's answers against the checklist and the hardening steps of the security
 * chapter, in this order: exposure, authentication, passwords, commands, TLS and firewall, monitoring. Returns every
 * item each time. Where the server rejects a file, checks the part that it would accept. Never throws.
 */
export function checklist(input: ChecklistInput): ChecklistItem[] {
  return finish(checklistInSteps(input))
}

/** Same as `checklist`. Yields between its parts; stop iterating to cancel. */
export function* checklistInSteps(input: ChecklistInput): Generator<void, ChecklistItem[]> {
  const facts = readFacts(input)
  const items: ChecklistItem[] = []
  for (const itemsOf of [networkItems, userItems, passwordItems, operationsItems]) {
    yield
    items.push(...itemsOf(facts))
  }
  const found = new Map(items.map((one) => [one.id, doubtIncluded(one, facts)]))
  return order.flatMap((id) => found.get(id) ?? [])
}

const order: readonly ChecklistItem['id'][] = [
  'bind',
  'protected-mode',
  'authentication',
  'application-users',
  'dangerous-commands',
  'default-user',
  'password-length',
  'password-clear',
  'password-shared',
  'secrets',
  'tls',
  'firewall',
  'unix-socket',
  'rename-command',
  'protected-directives',
  'acl-log',
  'login-failures',
  'log-level',
  'updates',
]
