import { type Bytes, fromText, fromUint8, toTextExact } from '../../acl/bytes'
import { logsIn } from '../../acl/rule'
import type { ReadReply } from '../../resp/read-rendered'
import { addAccessString } from './access-string'
import { readAclFile } from './acl-lines'
import { type ImportCollector, rulesOf } from './collect'
import { isTellingDirective, readConf } from './conf'
import { looksLikeRule } from '../../analysis/user-line'
import { addGetUser } from './getuser'
import { readProcess } from './process'

type Fields = Readonly<Record<string, unknown>>

const MAX_NODES = 200_000
const MAX_DEPTH = 60

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const field = (value: unknown, name: string): unknown =>
  isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined
/** Returns the first text among several fields. */
function text(value: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = field(value, name)
    if (typeof found === 'string' && found !== '') return found
  }
  return undefined
}
const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : typeof value === 'string'
      ? [value]
      : []

const isAclLine = (line: string): boolean => /^(?:user|role) /.test(line)

/** Returns true for an ACL file: every line but comments and blank ones starts with `user` or `role`. */
function isAclFile(value: string): boolean {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  return lines.length > 0 && lines.every(isAclLine)
}

const isConf = (value: string): boolean =>
  /^[ \t]*user[ \t]+\S+[ \t]+\S/m.test(value) &&
  /^[ \t]*(?:port|bind|dir|protected-mode|requirepass|appendonly|save|aclfile|maxmemory)[ \t]/m.test(value)

/**
 * Finds users anywhere in a JSON, YAML or Terraform file: whole ACL files (Secrets, ConfigMaps, Helm values, Ansible
 * tasks), access strings beside a name (ElastiCache, MemoryDB, Terraform, operators), Aiven's lists, the users of the
 * Valkey and Bitnami charts, and ACL GETUSER as JSON.
 */
export function readTree(root: unknown, into: ImportCollector): void {
  let nodes = 0
  const walk = (value: unknown, name: string, parent: Fields | null, depth: number): void => {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return
    if (typeof value === 'string') return readText(value, name, parent, into)
    if (Array.isArray(value)) {
      const lines = texts(value)
      if (lines.length > 0 && lines.length === value.length && lines.every(isAclLine))
        return readAclFile(lines.join('\n'), into)
      for (const item of value) walk(item, name, parent, depth + 1)
      return
    }
    if (!isFields(value) || readUser(value, name, into)) return
    readStart(value, into)
    const chart = field(value, 'aclUsers')
    if (isFields(chart)) readChartUsers(chart, into)
    for (const [key, item] of Object.entries(value))
      if (key !== 'aclUsers' || !isFields(item)) walk(item, key, value, depth + 1)
  }
  walk(root, '', null, 0)
  if (nodes > MAX_NODES) into.note('lost', null, `Only the first ${MAX_NODES} values were looked at.`)
}

/** Parses a text that is a whole users.acl or redis.conf. Returns false for another text. */
export function readFile(value: string, into: ImportCollector): boolean {
  if (isAclFile(value)) readAclFile(value, into)
  else if (isConf(value)) readConf(value, into)
  else return false
  return true
}

function readText(value: string, name: string, parent: Fields | null, into: ImportCollector): void {
  if (readFile(value, into)) return
  if (parent === null || value.length < 8 || !/^[A-Za-z0-9+/=\s]+$/.test(value)) return
  const decoded = fromBase64(value)
  if (decoded !== null && (isAclFile(decoded) || isConf(decoded))) {
    readText(decoded, name, null, into)
    into.note('info', null, `${name} was in base64.`)
  }
}

function fromBase64(value: string): string | null {
  try {
    return toTextExact(fromUint8(Uint8Array.from(atob(value.replace(/\s+/g, '')), (char) => char.charCodeAt(0))))
  } catch {
    return null
  }
}

/** Parses a value that is a whole user. */
function readUser(value: Fields, key: string, into: ImportCollector): boolean {
  if (Array.isArray(value['flags']) && Object.hasOwn(value, 'passwords') && Object.hasOwn(value, 'commands')) {
    addGetUser(asReplies(value), null, into)
    return true
  }
  return (
    readAiven(value, into) ||
    readNamedRules(value, key, into) ||
    readParts(value, into) ||
    readDirectives(value, into) ||
    readRuleLines(value, into)
  )
}

function asReplies(value: Fields): Record<string, ReadReply> {
  const convert = (item: unknown, depth: number): ReadReply => {
    if (typeof item === 'string') return fromText(item)
    if (depth > 4) return null
    if (Array.isArray(item)) return item.map((one) => convert(one, depth + 1))
    return isFields(item)
      ? Object.entries(item).flatMap(([key, one]): ReadReply[] => [key, convert(one, depth + 1)])
      : null
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, 0)]))
}

/**
 * Parses lists of categories, commands, keys and channels without signs for keys and channels (Aiven's API and
 * provider).
 */
function readAiven(value: Fields, into: ImportCollector): boolean {
  const inner = field(value, 'access_control')
  const source = isFields(inner) ? inner : value
  const lists = Object.entries(source).flatMap(([key, item]) => {
    const kind = /^(?:(?:redis|valkey|dragonfly)_)?acl_(categories|commands|keys|channels)$/.exec(key)?.[1]
    return kind === undefined ? [] : [[kind, texts(item)] as const]
  })
  const name = text(value, 'username', 'user_name', 'name')
  if (lists.length === 0 || name === undefined) return false
  const of = (kind: string): readonly string[] => lists.find(([one]) => one === kind)?.[1] ?? []
  const signed = (items: readonly string[], sign: string): Bytes[] =>
    items.map((item) => fromText(item.startsWith(sign) || item.startsWith('%') ? item : sign + item))
  const rules = [
    'on',
    ...signed(of('keys'), '~'),
    ...(into.behaviours.hasChannels ? ['resetchannels', ...signed(of('channels'), '&')] : []),
    '-@all',
    ...[...of('categories'), ...of('commands')].map(fromText),
  ]
  addWithPassword(name, rules, value, into)
  return true
}

/** Parses a name with its rules in one text: access strings, and the permissions or rules of operators. */
function readNamedRules(value: Fields, key: string, into: ImportCollector): boolean {
  const rules =
    text(value, 'AccessString', 'access_string', 'accessString') ??
    ['acl_rules', 'aclRules', 'permissions', 'rule', 'rules', 'acl']
      .map((name) => texts(field(value, name)).join(' '))
      .find(isRules)
  // The keys of a map of users are their names.
  const name =
    text(value, 'UserName', 'user_name', 'userName', 'username', 'user', 'Name', 'name', 'UserId', 'user_id') ??
    (rules !== undefined && /^[\w-]+$/.test(key) && key !== 'Properties' && key !== 'spec' ? key : undefined)
  if (rules !== undefined && name !== undefined) {
    const nopass =
      value['no_password_required'] === true ||
      value['NoPasswordRequired'] === true ||
      /no-password/i.test(
        text(asFields(field(value, 'authentication_mode') ?? field(value, 'Authentication')), 'type', 'Type') ?? '',
      )
    const modes = ['authentication_mode', 'AuthenticationMode', 'Authentication'].map((one) =>
      asFields(field(value, one)),
    )
    const given = [value, ...modes].flatMap((one) => [
      ...texts(field(one, 'passwords')),
      ...texts(field(one, 'Passwords')),
    ])
    const passwords = given.filter((one) => !/\$\{|\{\{/.test(one))
    if (given.length > passwords.length)
      into.missesPassword(fromText(name), 'A password is filled in elsewhere, and not known here.')
    addAccessString(name, [nopass ? 'nopass ' : '', rules].join(''), into, passwords, given.length > passwords.length)
    return true
  }
  const spec = asFields(field(value, 'spec'))
  const acl = text(spec, 'acl', 'aclRules')
  if (acl !== undefined && typeof value['kind'] === 'string') {
    const called = text(spec, 'username') ?? text(asFields(field(value, 'metadata')), 'name') ?? 'imported'
    into.user(fromText(called), withOn(rulesOf(fromText(acl))))
    into.note(
      'info',
      fromText(called),
      'Passwords are not part of this resource: give the user one, or nobody can log in.',
    )
    return true
  }
  return false
}

const asFields = (value: unknown): Fields => (isFields(value) ? value : {})
const withOn = (rules: readonly Bytes[]): Bytes[] =>
  rules.includes('on') || rules.includes('off') ? [...rules] : ['on', ...rules]

/** Returns true for a text that is a list of rules and nothing else. */
function isRules(value: string): boolean {
  const words = value.split(/\s+/).filter((word) => word !== '')
  return words.length > 0 && words.every(looksLikeRule)
}

/** Parses `rules` that each start with a user name (KubeDB); the password may be filled in elsewhere. */
function readRuleLines(value: Fields, into: ImportCollector): boolean {
  const lines = texts(field(value, 'rules')).map((line) => line.trim().split(/\s+/))
  const isLine = ([name = '', ...rules]: readonly string[]): boolean =>
    !looksLikeRule(name) && rules.length > 0 && rules.every((rule) => looksLikeRule(rule) || isPlaceholder(rule))
  if (lines.length === 0 || !lines.every(isLine)) return false
  for (const [name = '', ...rules] of lines) {
    into.user(fromText(name), withOn(rules.filter((rule) => !isPlaceholder(rule)).map(fromText)))
    if (rules.some(isPlaceholder))
      into.missesPassword(fromText(name), 'The password is filled in elsewhere, and not known here.')
  }
  return true
}

const isPlaceholder = (rule: string): boolean => /^[<>#]?\$\{.*\}$|\{\{/.test(rule)

/** Parses the command line of a container. */
function readStart(value: Fields, into: ImportCollector): void {
  const words = ['entrypoint', 'command', 'args'].flatMap((name) => texts(field(value, name)))
  if (words.length > 0) readProcess(words, into, (file) => readFile(file, into))
}

/** Parses a user in parts: `username`, `enabled`, `commands`, `keys`, `channels` (Bitnami's charts). */
function readParts(value: Fields, into: ImportCollector): boolean {
  const name = text(value, 'username')
  const parts = [value['keys'], value['channels'], value['commands'], value['selectors']].filter(
    (part) => typeof part === 'string',
  )
  if (name === undefined || parts.length === 0) return false
  const enabled = value['enabled'] === 'off' || value['enabled'] === false ? 'off' : 'on'
  addWithPassword(name, [enabled, ...parts.flatMap((part) => rulesOf(fromText(part)))], value, into)
  return true
}

/** Parses `aclUsers`: user names with permissions and password (Valkey's chart). */
function readChartUsers(users: Fields, into: ImportCollector): void {
  for (const [name, value] of Object.entries(users)) {
    const permissions = isFields(value) ? text(value, 'permissions') : undefined
    if (permissions !== undefined) addWithPassword(name, withOn(rulesOf(fromText(permissions))), value as Fields, into)
  }
}

function addWithPassword(name: string, rules: readonly Bytes[], value: Fields, into: ImportCollector): void {
  const password = text(value, 'password')
  const known = password !== undefined && !/\{\{|\$\{/.test(password)
  into.user(fromText(name), known ? [...rules, `>${fromText(password)}`] : rules)
  if (!known && !rules.some(logsIn)) {
    if (password === undefined)
      into.note('info', fromText(name), 'There is no password here: give the user one, or nobody can log in.')
    else into.missesPassword(fromText(name), 'The password is filled in elsewhere, and not known here.')
  }
}

/** Parses CONFIG GET as JSON. */
function readDirectives(value: Fields, into: ImportCollector): boolean {
  if (typeof value['protected-mode'] !== 'string' && typeof value['requirepass'] !== 'string') return false
  const lines = Object.entries(value).filter(
    ([name, item]) => isTellingDirective(name) && typeof item === 'string' && item !== '',
  )
  readConf(
    lines.map(([name, item]) => `${name} ${name === 'bind' ? (item as string) : JSON.stringify(item)}`).join('\n'),
    into,
  )
  return true
}
