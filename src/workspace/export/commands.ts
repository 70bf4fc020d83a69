import { toText } from '../../acl/bytes'
import { inOrder } from '../../acl/load'
import { quoteWord } from '../../analysis/user-line'
import { emptyRole, rulesOfRole, rulesOfUser } from '../../analysis/user-rules'
import { defaultLast } from './rules'
import type { ExportNote, ExportOptions } from './types'

type Part = { readonly text: string; readonly notes: readonly ExportNote[] }

const stays: ExportNote = {
  kind: 'info',
  user: null,
  message: 'Users on the server that are not named here stay as they are. ACL DELUSER removes them.',
}

/** Writes redis-cli lines, roles first. Each sets a user or role from nothing on, so that running them again changes nothing. */
export function setUserCommands({ users, roles }: ExportOptions): Part {
  const lines = [
    ...inOrder(roles).map((role) => ['ACL', 'SETROLE', role.name, ...emptyRole, ...rulesOfRole(role)]),
    ...defaultLast(users).map((user) => ['ACL', 'SETUSER', user.name, 'reset', ...rulesOfUser(user)]),
  ]
  return { text: lines.map((line) => `${toText(line.map(quoteWord).join(' '))}\n`).join(''), notes: [stays] }
}

/**
 * Writes a shell script that sets the users on every node of a cluster. It asks one node for the others and connects to
 * each: `redis-cli --cluster call` accepts no arguments that start with a minus, as half of all rules do.
 */
export function clusterScript(options: ExportOptions): Part {
  const { product, label } = options.target
  const cli = `${product}-cli`
  const { text } = setUserCommands(options)
  const count = text.split('\n').length - 1
  const script = [
    '#!/bin/sh',
    `# Sets the users on every node of a ${label} cluster. Running it again changes nothing.`,
    '# Usage: REDISCLI_AUTH=password sh users.sh HOST PORT [ADMIN]',
    'set -euf',
    'host="${1:?Give the host of one node of the cluster.}"',
    'port="${2:?Give the port of that node.}"',
    'admin="${3:-default}"',
    '',
    'users() {',
    "  cat <<'USERS'",
    `${text}USERS`,
    '}',
    '',
    `nodes="$(${cli} -h "$host" -p "$port" --user "$admin" CLUSTER NODES)"`,
    `if ! printf '%s\\n' "$nodes" | grep -Eq '^[0-9a-f]{40} '; then`,
    `  printf '%s:%s is not a node of a cluster, or %s may not ask it. It answered: %s\\n' "$host" "$port" "$admin" "$nodes" >&2`,
    '  exit 1',
    'fi',
    'failed=0',
    `for node in $(printf '%s\\n' "$nodes" | awk '$3 !~ /noaddr|handshake/ { sub(/@.*/, "", $2); print $2 }'); do`,
    '  at="${node%:*}"',
    `  answers="$(users | ${cli} -h "\${at:-$host}" -p "\${node##*:}" --user "$admin" || true)"`,
    `  if [ "$(printf '%s\\n' "$answers" | grep -c '^OK$')" -eq ${count} ]; then`,
    '    echo "$node: done"',
    '  else',
    `    printf '%s: failed\\n%s\\n' "$node" "$answers" >&2`,
    '    failed=1',
    '  fi',
    'done',
    'exit "$failed"',
    '',
  ]
  return { text: script.join('\n'), notes: [stays] }
}

/** Writes `role` and `user` lines for redis.conf, with quotes where they are needed. */
export function confLines({ users, roles }: ExportOptions): Part {
  const lines = [
    ...inOrder(roles).map((role) => ['role', role.name, ...rulesOfRole(role)]),
    ...inOrder(users).map((user) => ['user', user.name, ...rulesOfUser(user)]),
  ]
  return {
    text: lines.map((line) => `${toText(line.map(quoteWord).join(' '))}\n`).join(''),
    notes: [
      {
        kind: 'info',
        user: null,
        message: 'Servers refuse to start with both user lines and aclfile: remove the aclfile line.',
      },
    ],
  }
}
