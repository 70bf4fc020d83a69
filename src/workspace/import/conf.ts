import { type Bytes, fromText, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { hashPassword } from '../../acl/password'
import { quote } from '../../resp/render'
import { readRendered } from '../../resp/read-rendered'
import { parseConfigFile } from '../../server/config-file'
import type { ImportCollector } from './collect'
import { holeInBytes } from './holes'

/**
 * Parses redis.conf: `user` and `role` lines become users and roles, all other lines are kept. Where there were users, an `aclfile`
 * directive replaces them, since servers refuse both; requirepass, which an ACL file overrides, then becomes the
 * default user's password.
 * @param isFile false for options of a command line, which say nothing about a file
 */
export function readConf(text: string, into: ImportCollector, isFile = true): void {
  const lines = parseConfigFile(fromText(text.replace(/^\ufeff/, '')))
  const userLines = new Set<number>()
  let requirepass: Bytes = ''
  let aclfile = false
  for (const { words, span } of lines) {
    if (words === null) {
      into.note('lost', null, `Line ${span.line} has a quote that is not closed. It stays as it is.`)
      continue
    }
    const [directive, name, ...rest] = words
    if (directive === 'requirepass') requirepass = name ?? ''
    if (directive === 'aclfile') aclfile = (name ?? '') !== ''
    if (directive !== 'user' && directive !== 'role') continue
    userLines.add(span.line)
    const merged = mergeSelectors(rest)
    if (name === undefined || typeof merged === 'number')
      into.note(
        'lost',
        directive === 'user' ? (name ?? null) : null,
        `Line ${span.line} ${name === undefined ? `names no ${directive}` : 'has a parenthesis that is not closed'}. It was left out.`,
      )
    else {
      const rules = merged.map((rule) => rule.text)
      if (directive === 'role') into.role(name, rules)
      else into.user(name, rules)
    }
  }
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries())
    if (!userLines.has(i + 1) && (isFile || !/^requirepass /.test(line))) into.conf(line)
  if (userLines.size === 0 && (isFile || requirepass === '')) return
  if (requirepass !== '' && !into.has('default')) {
    into.user('default', [
      'on',
      holeInBytes(requirepass) === null ? `#${hashPassword(requirepass)}` : `>${requirepass}`,
      '~*',
      ...(into.behaviours.hasChannels ? ['&*'] : []),
      '+@all',
    ])
    into.note(
      isFile ? 'changed' : 'info',
      'default',
      'requirepass became the default user’s password, since it has no effect beside an ACL file.',
    )
  }
  if (!aclfile) into.conf('aclfile users.acl')
  if (isFile || aclfile)
    into.note(
      'changed',
      null,
      aclfile
        ? 'user lines and aclfile stood together, which servers refuse. The user lines went to users.acl.'
        : 'The user lines went to users.acl, and redis.conf names it as its aclfile.',
    )
}

/** The directives that control access; others are ignored. */
const telling = new Set([
  'bind',
  'port',
  'tls-port',
  'tls-auth-clients',
  'tls-auth-clients-user',
  'unixsocket',
  'unixsocketperm',
  'protected-mode',
  'requirepass',
  'masterauth',
  'masteruser',
  'primaryauth',
  'primaryuser',
  'aclfile',
  'acl-pubsub-default',
  'acllog-max-len',
  'databases',
  'maxclients',
  'timeout',
  'notify-keyspace-events',
  'enable-protected-configs',
  'enable-debug-command',
  'enable-module-command',
])

/**
 * Parses the output of CONFIG GET, from a terminal (RESP2 and RESP3) or as pairs of lines, and keeps the directives
 * that control access.
 */
export function readConfigGet(text: string, into: ImportCollector): void {
  const listed = readRendered(text)
    .flat()
    .filter((item): item is Bytes => typeof item === 'string')
  const words =
    listed.length > 0
      ? listed
      : text
          .split(/\r?\n/)
          .filter((line) => !/^[^\s>]*> *config\s+get/i.test(line))
          .map(fromText)
  let left = 0
  for (let i = 0; i + 1 < words.length; i += 2) {
    const [name = '', value = ''] = [words[i], words[i + 1]]
    if (!telling.has(name)) left++
    else if (value !== '' || name === 'requirepass')
      into.conf(`${name} ${name === 'bind' ? toText(value) : word(value)}`)
  }
  if (left > 0)
    into.note(
      'info',
      null,
      `${left} setting${left === 1 ? '' : 's'} without a say in who gets in ${left === 1 ? 'was' : 'were'} left out.`,
    )
  if (words.includes('aclfile'))
    into.note('info', null, 'The users themselves are not part of this. ACL LIST shows them.')
}

/** Quotes a word for redis.conf where necessary. */
const word = (value: Bytes): string => (/^[\x21\x23-\x26\x28-\x7e]+$/.test(value) ? value : quote(value))

/** Returns true for a directive that readConfigGet keeps. */
export function isTellingDirective(name: string): boolean {
  return telling.has(name)
}
