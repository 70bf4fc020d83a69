import { toText } from '../../acl/bytes'
import type { Facts } from './facts'
import type { ChecklistItem } from './types'

/** The directives that an item depends on. Items about users depend on redis.conf only where it defines the users. */
const directivesOf: Partial<Readonly<Record<ChecklistItem['id'], readonly string[]>>> = {
  bind: ['bind'],
  'protected-mode': ['protected-mode'],
  tls: ['tls-port', 'port', 'bind'],
  firewall: ['port', 'bind'],
  'unix-socket': ['unixsocket', 'unixsocketperm'],
  'protected-directives': ['enable-protected-configs', 'enable-debug-command', 'enable-module-command'],
  'acl-log': ['acllog-max-len'],
  'log-level': ['loglevel'],
}
const aboutUsers: readonly ChecklistItem['id'][] = [
  'authentication',
  'application-users',
  'dangerous-commands',
  'default-user',
  'password-length',
  'password-clear',
  'password-shared',
]

/**
 * Returns the item with the state `unknown` where a file that redis.conf includes, and that is not available, could
 * change the result. Directives set after the last `include` are certain: the server uses the last value.
 */
export function doubtIncluded(item: ChecklistItem, facts: Facts): ChecklistItem {
  const included = facts.lines.filter(({ words }) => words?.[0]?.toLowerCase() === 'include')
  const last = included.at(-1)
  if (last === undefined || !isOpen(item, facts, last.span.from)) return item
  const files = included.map(({ words }) => toText(words?.slice(1).join(' ') ?? '')).join(', ')
  return {
    ...item,
    state: 'unknown',
    summary: `redis.conf includes ${files}, which is not read here and may change this. Without it: ${item.summary}`,
    evidence: [...item.evidence, ...included.map(({ text, span }) => ({ text: toText(text), span }))],
  }
}

function isOpen({ id, state }: ChecklistItem, { config, usesAclFile }: Facts, lastInclude: number): boolean {
  if (state === 'unknown') return false
  // A rename-command line in redis.conf is certain; an included file could add others.
  if (id === 'rename-command') return state === 'pass'
  if (aboutUsers.includes(id)) return !usesAclFile
  return (directivesOf[id] ?? []).some((name) => (config.spans.get(name)?.from ?? -1) < lastInclude)
}
