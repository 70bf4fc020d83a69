import { toText, type Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import type { Target } from '../../targets/target'
import { quoteWord } from '../user-line'
import { byName, clip, defaultLast, isText, rulesOfUser } from './rules'
import type { ExportNote } from './types'

type Part = { readonly text: string; readonly notes: readonly ExportNote[] }

const stays: ExportNote = { kind: 'info', user: null, message: 'Users on the server that are not named here stay as they are. ACL DELUSER removes them.' }

/** Lines for redis-cli, each a whole user from `reset` on, so that running them again changes nothing. */
export function setUserCommands(users: Iterable<User>): Part {
  const lines = defaultLast(users).map((user) => ['ACL', 'SETUSER', user.name, 'reset', ...rulesOfUser(user)].map(quoteWord).join(' '))
  return { text: lines.map((line) => `${toText(line)}\n`).join(''), notes: [stays] }
}

/** A shell script that does the same on every node of a cluster, through redis-cli --cluster call. */
export function clusterScript(users: Iterable<User>, { product, label }: Target): Part {
  const cli = `${product}-cli`
  const notes: ExportNote[] = [stays, { kind: 'info', user: null, message: `${cli} prints what each node answers, and goes on after an error: look for lines without OK.` }]
  const lines: string[] = []
  for (const user of defaultLast(users)) {
    const words = [user.name, 'reset', ...rulesOfUser(user)]
    const bad = words.find((word) => !isText(word) || word.includes('\0'))
    if (bad === undefined) lines.push(`${cli} --user "$ADMIN" --cluster call "$NODE" ACL SETUSER ${words.map(quoteForShell).join(' ')}\n`)
    else notes.push({ kind: 'lost', user: clip(user.name), message: `${clip(bad)} is not text that a script can hold. The user was left out.` })
  }
  const head = [
    '#!/bin/sh',
    `# Sets the users on every node of a ${label} cluster. Running it again changes nothing.`,
    '# Usage: REDISCLI_AUTH=password sh users.sh host:port [admin]',
    'set -eu',
    'NODE="${1:?Give one node of the cluster, as host:port.}"',
    'ADMIN="${2:-default}"',
    '',
  ]
  return { text: `${head.join('\n')}\n${lines.join('')}`, notes }
}

/** Single quotes, but for words that no shell takes apart. */
function quoteForShell(word: Bytes): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${toText(word).replaceAll("'", String.raw`'\''`)}'`
}

/** `user` lines of redis.conf, words in quotes where they need them. */
export function confLines(users: Iterable<User>): Part {
  const lines = byName(users).map((user) => ['user', user.name, ...rulesOfUser(user)].map(quoteWord).join(' '))
  return {
    text: lines.map((line) => `${toText(line)}\n`).join(''),
    notes: [{ kind: 'info', user: null, message: 'Servers refuse to start with both user lines and aclfile: remove the aclfile line.' }],
  }
}
