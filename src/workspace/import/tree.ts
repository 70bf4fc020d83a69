import { type Bytes, fromText, fromUint8, toText, toTextExact } from '../../acl/bytes'
import { logsIn } from '../../acl/rule'
import type { ReadReply } from '../../resp/read-rendered'
import { addAccessString } from './access-string'
import { readAclFile } from './acl-lines'
import { type ImportCollector, rulesOf } from './collect'
import { isTellingDirective, readConf } from './conf'
import { looksLikeRule } from '../../analysis/user-line'
import { addGetUser } from './getuser'
import { hole, holeIn, templateHoles } from './holes'
import { client, readProcess, readScript } from './process'
import { hasSetUser, indexOfSetUser, readSetUserWords, shortened } from './setuser'

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
    const source = referenceIn(found)
    if (source !== null) return hole(source)
  }
  return undefined
}
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item: unknown) => {
    const source = referenceIn(item)
    return typeof item === 'string' ? [item] : source === null ? [] : [hole(source)]
  })

/** Returns the source of a CloudFormation or ARM reference in place of a text; null for other values. */
function referenceIn(value: unknown): string | null {
  if (!isFields(value)) return null
  const [only, ...others] = Object.entries(value)
  if (only === undefined || others.length > 0 || !/^(?:Ref|Fn::\w+)$/.test(only[0])) return null
  return `${only[0]} ${typeof only[1] === 'string' ? only[1] : JSON.stringify(only[1]).slice(0, 60)}`
}

/** Returns true for a line in the form of a user or role. */
export const isAclLine = (line: string): boolean => /^(?:user|role) /.test(line)

/** Returns true for a line of a template that is no line of the file: `{{- range … }}`, `{% if … %}`. */
const isTemplateLine = (line: string): boolean => /^(?:\{%.*%\}|\ufdd0[^\ufdd1]*\ufdd1)$/.test(line)

/** Returns true for an ACL file: every line but comments and blank ones starts with `user` or `role`. */
function isAclFile(value: string): boolean {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  return lines.some(isAclLine) && lines.every((line) => isAclLine(line) || isTemplateLine(line))
}

const isConf = (value: string): boolean =>
  /^[ \t]*user[ \t]+\S+[ \t]+\S/m.test(value) &&
  /^[ \t]*(?:port|bind|dir|protected-mode|requirepass|appendonly|save|aclfile|maxmemory)[ \t]/m.test(value)

/**
 * Finds users anywhere in a JSON, YAML or Terraform file: whole ACL files (Secrets, ConfigMaps, Helm values, Ansible
 * tasks), access strings beside a name (ElastiCache, MemoryDB, Terraform, operators), Aiven's lists, the users of the
 * Valkey and Bitnami charts, and ACL GETUSER as JSON.
 * @param isDollarDoubled true where $$ is the sign itself in a command, as in compose and Kubernetes
 */
export function readTree(root: unknown, into: ImportCollector, isDollarDoubled = true): void {
  let nodes = 0
  const walk = (value: unknown, name: string, parent: Fields | null, depth: number): void => {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return
    if (typeof value === 'string') return readText(value, name, parent, into)
    if (Array.isArray(value)) {
      const lines = texts(value)
      const isPlain = lines.length > 0 && lines.length === value.length
      if (isPlain && lines.every(isAclLine)) return readAclFile(lines.join('\n'), into)
      const at = isPlain ? indexOfSetUser(lines) : -1
      if (at >= 0) return readSetUserWords(lines.slice(at).map(fromText), into)
      for (const item of value) walk(item, name, parent, depth + 1)
      return
    }
    if (!isFields(value) || readUser(value, name, into)) return
    const read = new Set([...readStart(value, into, isDollarDoubled), ...readLiterals(value, into)])
    const chart = field(value, 'aclUsers')
    if (isFields(chart)) {
      readChartUsers(chart, into)
      read.add('aclUsers')
    }
    readChartPassword(value, name, into)
    for (const [key, item] of Object.entries(value)) if (!read.has(key)) walk(item, key, value, depth + 1)
    readRequirePass(value, into)
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

const started =
  /\b(?:elasticache|memorydb)\s+(?:create|modify|update)-user\b|(?:redis|valkey|keydb)-server\b.*--(?:user|requirepass)\b/

function readText(value: string, name: string, parent: Fields | null, into: ImportCollector): void {
  if (readFile(value, into)) return
  if (hasSetUser(value) && !client.test(value) && !/^\s*acl\s/i.test(value)) {
    // The name of a task may tell what it does.
    if (!/^(?:name|description|msg|title|comment)$/.test(name))
      into.note('lost', null, `This was not read: ${shortened(value)}`)
    return
  }
  if (hasSetUser(value) || started.test(value)) {
    const asFile = (file: string): boolean => readFile(file, into)
    // Ansible runs a command without a shell.
    if (/(?:^|\.)command$/.test(name)) readProcess([value], into, asFile)
    else readScript(value, into, asFile)
    return
  }
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
    readAccessPolicy(value, key, into) ||
    readNamedRules(value, key, into) ||
    readParts(value, into) ||
    readDirectives(value, into) ||
    readRuleLines(value, into) ||
    readUserLines(value, into)
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
      .find((rules) => isRules(rules))
  // The keys of a map of users are their names.
  const name =
    text(value, 'UserName', 'user_name', 'userName', 'username', 'user', 'Name', 'name', 'UserId', 'user_id') ??
    (rules !== undefined && /^[\w-]+$/.test(key) && key !== 'Properties' && key !== 'spec' ? key : undefined)
  if (rules !== undefined && name !== undefined) {
    const nopass =
      value['no_password_required'] === true ||
      value['NoPasswordRequired'] === true ||
      value['noPasswordRequired'] === true ||
      /no-password/i.test(
        modesOf(value)
          .map((mode) => text(mode, 'type', 'Type') ?? '')
          .join(' '),
      )
    const modes = modesOf(value)
    const given = [value, ...modes].flatMap((one) => [
      ...texts(field(one, 'passwords')),
      ...texts(field(one, 'Passwords')),
    ])
    const unknown = text(value, 'noPasswordRequired', 'NoPasswordRequired', 'no_password_required')
    const filled = unknown !== undefined && holeIn(unknown) !== null ? [unknown] : []
    const start = nopass ? ['nopass'] : filled
    addAccessString(name, [...start, rules].join(' '), into, given, isIam(modes))
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

/** Returns how the user of a cloud logs in. */
const modesOf = (value: Fields): Fields[] =>
  ['authentication_mode', 'AuthenticationMode', 'authenticationMode', 'Authentication'].map((one) =>
    asFields(field(value, one)),
  )

/** Returns true for a user that logs in with IAM and has no password of its own. */
const isIam = (modes: readonly Fields[]): boolean =>
  modes.some((mode) => /^iam$/i.test(text(mode, 'type', 'Type') ?? ''))

const asFields = (value: unknown): Fields => (isFields(value) ? value : {})
const withOn = (rules: readonly Bytes[]): Bytes[] =>
  rules.includes('on') || rules.includes('off') ? [...rules] : ['on', ...rules]

/** Returns true for a text that is a list of rules and nothing else. */
function isRules(value: string): boolean {
  const words = value.split(/\s+/).filter((word) => word !== '')
  return words.some(looksLikeRule) && words.every((word) => looksLikeRule(word) || holeIn(word) !== null)
}

/** Parses `rules` that each start with a user name (KubeDB); the password may be filled in elsewhere. */
function readRuleLines(value: Fields, into: ImportCollector): boolean {
  const lines = texts(field(value, 'rules')).map((line) => line.trim().split(/\s+/))
  const isLine = ([name = '', ...rules]: readonly string[]): boolean =>
    !looksLikeRule(name) && rules.length > 0 && rules.every((rule) => looksLikeRule(rule) || holeIn(rule) !== null)
  if (lines.length === 0 || !lines.every(isLine)) return false
  for (const [name = '', ...rules] of lines) {
    // KubeDB fills in passwords by ${…} alone.
    into.user(fromText(name), withOn(rules.map((rule) => fromText(isHole(rule) ? `>${rule}` : rule))))
  }
  return true
}

/** Parses `user` with lines of users without that word, as the settings of NixOS have them. */
function readUserLines(value: Fields, into: ImportCollector): boolean {
  const lines = texts(field(value, 'user'))
  const isLine = ([name = '', ...rules]: readonly string[]): boolean =>
    name !== '' &&
    !looksLikeRule(name) &&
    rules.length > 0 &&
    rules.every((rule) => isRules(rule) || holeIn(rule) !== null)
  if (lines.length === 0 || !lines.every((line) => isLine(rulesOf(fromText(line.trim())).map(toText)))) return false
  readConf(lines.map((line) => `user ${line}`).join('\n'), into, false)
  return true
}

/**
 * Parses an access policy of Azure Cache for Redis, in Bicep or a template of the Resource Manager: its name takes the place of
 * the users to whom it is assigned.
 */
function readAccessPolicy(value: Fields, key: string, into: ImportCollector): boolean {
  const type = /^Microsoft\.Cache\/redis\/(accessPolicies|accessPolicyAssignments)\b/i.exec(
    text(value, 'type') ?? key,
  )?.[1]
  const properties = asFields(field(value, 'properties'))
  const permissions = text(properties, 'permissions')
  const name = text(value, 'name')
    ?.split('/')
    .at(-1)
    ?.replace(/[')\]\s]+$/, '')
    .replace(/^.*'/, '')
  if (type === undefined || name === undefined) return false
  if (/^accessPolicies$/i.test(type)) {
    if (permissions === undefined) return false
    into.user(fromText(name), withOn(rulesOf(fromText(permissions))))
    into.note(
      'info',
      fromText(name),
      'This is an access policy. Users log in with Entra ID, under the id that it is assigned to.',
    )
    return true
  }
  const policy = text(properties, 'accessPolicyName')
  const to = text(properties, 'objectIdAlias', 'objectId') ?? name
  if (policy !== undefined && /^(?:data (?:owner|contributor|reader)|default)$/i.test(policy))
    into.note(
      'lost',
      fromText(to),
      `This user has the built-in access policy ${policy}, whose rules are not in this text.`,
    )
  return true
}

/** Reads the password of the default user of a Redis of NixOS. */
function readRequirePass(value: Fields, into: ImportCollector): void {
  const password = text(value, 'requirePass')
  const file = field(value, 'requirePassFile')
  if (password === undefined && typeof file !== 'string') return
  if (into.has('default'))
    return into.note(
      'lost',
      'default',
      'A password was left out: requirePass stands beside this user, or belongs to another server.',
    )
  into.user('default', [
    'on',
    `>${fromText(password ?? hole(String(file)))}`,
    '~*',
    ...(into.behaviours.hasChannels ? ['&*'] : []),
    '+@all',
  ])
}

const isHole = (rule: string): boolean => /^\ufdd0[^\ufdd1]*\ufdd1$/.test(rule)

/** Parses the command line of a container or of a task. Returns the fields that it read. */
function readStart(value: Fields, into: ImportCollector, isDollarDoubled: boolean): string[] {
  const names = ['entrypoint', 'command', 'args', 'argv', 'Cmd', 'Command', 'EntryPoint'].filter(
    (name) => texts(field(value, name)).length > 0,
  )
  const words = names
    .flatMap((name) => texts(field(value, name)))
    .map((word) => (isDollarDoubled ? word.replaceAll('$$', '$') : word))
  return words.length > 0 && readProcess(words, into, (file) => readFile(file, into)) ? names : []
}

/** Parses the literals of kustomize: `users.acl=user app on …`. Returns the fields that it read. */
function readLiterals(value: Fields, into: ImportCollector): string[] {
  const literals = texts(field(value, 'literals'))
  for (const literal of literals) {
    const at = literal.indexOf('=')
    const content = literal.slice(at + 1).replace(/^(["'])([^]*)\1$/, '$2')
    if (at > 0) readText(content, literal.slice(0, at), null, into)
  }
  for (const file of texts(field(value, 'files')))
    if (/\.acl$/.test(file)) into.note('lost', null, `${shortened(file)} is another file. Import it too.`)
  return literals.length > 0 ? ['literals'] : []
}

/**
 * Parses `auth.password` of Bitnami's charts, the password of the default user. Other charts have it too: this one is told
 * by what stands beside it.
 */
function readChartPassword(value: Fields, name: string, into: ImportCollector): void {
  const auth = asFields(field(value, 'auth'))
  const password = text(auth, 'password')
  const secret = text(auth, 'existingSecret')
  if ((password ?? secret) === undefined || auth['enabled'] === false || into.has('default')) return
  if (['username', 'database', 'rootPassword', 'postgresPassword'].some((one) => Object.hasOwn(auth, one))) return
  const image = text(asFields(field(value, 'image')), 'repository') ?? ''
  const parts = ['master', 'sentinel', 'replica'].some((one) => isFields(field(value, one)))
  if (
    !/^(?:redis|valkey|keydb)(?:-cluster)?$/.test(name) &&
    !/redis|valkey/.test(image) &&
    !parts &&
    !isFields(auth['acl'])
  )
    return
  into.user('default', [
    'on',
    `>${fromText(secret === undefined ? (password ?? '') : hole(`the Secret ${secret}`))}`,
    '~*',
    ...(into.behaviours.hasChannels ? ['&*'] : []),
    '+@all',
  ])
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
  into.user(fromText(name), password === undefined ? rules : [...rules, `>${fromText(password)}`])
  if (password === undefined && !rules.some(logsIn))
    into.note('info', fromText(name), 'There is no password here: give the user one, or nobody can log in.')
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

/** Returns a value of a YAML or JSON file with holes in place of what is filled in when the file is used. */
export function fillHoles(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.includes('$') || value.includes('{{') ? templateHoles(value) : value
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => fillHoles(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillHoles(item, depth + 1)]))
}
