/** The security checklist: bind, passwords, users, TLS, firewall, logs, updates and what else a server's two files and its client side can show. */
import { readFacts } from './checklist/facts'
import { networkItems } from './checklist/network'
import { operationsItems } from './checklist/operations'
import { passwordItems } from './checklist/passwords'
import { doubtIncluded } from './checklist/included'
import type { ChecklistInput, ChecklistItem } from './checklist/types'
import { userItems } from './checklist/users'

export type {
  ChecklistFix,
  ChecklistId,
  ChecklistInput,
  ChecklistItem,
  ChecklistState,
  ClientSide,
  Evidence,
  FileEdits,
  Snippet,
} from './checklist/types'
export { unknownClientSide } from './checklist/types'

/**
 * Checks redis.conf, users.acl and what is known of the client side against the checklist and the hardening steps of the
 * security chapter, in this order: exposure, authentication, passwords, commands, TLS and firewall, watching. Every item is
 * always there. Files that the server refuses are judged by what it would accept of them. Never throws.
 */
export function checklist(input: ChecklistInput): ChecklistItem[] {
  const facts = readFacts(input)
  const items = [...networkItems(facts), ...userItems(facts), ...passwordItems(facts), ...operationsItems(facts)]
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
