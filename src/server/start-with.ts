import type { Bytes } from '../acl/bytes'
import type { Span } from '../acl/decision'
import { loadAclFile } from '../acl/load'
import { mergeSelectors } from '../acl/merge'
import { ruleErrorText } from '../acl/rule-errors'
import { Role, roleNameFault } from '../acl/role'
import { hasSpaces } from '../acl/selector'
import { Users } from '../acl/users'
import type { Target } from '../targets/target'
import { listensAnywhere } from './admission'
import {
  loadConfig,
  type HolderKind,
  type HolderLine,
  type HolderLineProblem,
  type LoadedConfig,
  type StartFailure,
} from './config-load'
import type { Registry } from './handler'
import { updateDefaultPassword } from './passwords'
import { SimulatedServer } from './server'
import { Tls } from './tls'
import type { FileNote, FileProblem, ServerOptions } from './types'

/** The outcome of starting a server. */
export type StartResult =
  | { readonly started: true; readonly server: SimulatedServer; readonly notes: readonly FileNote[] }
  | {
      readonly started: false
      readonly crash: boolean
      /** The server's last words, without log decoration and without the line that only counts lines. */
      readonly message: Bytes
      /** Everything that the server prints. */
      readonly output: Bytes
      readonly problems: readonly FileProblem[]
    }

/**
 * Starts a server on its configuration: redis.conf, requirepass, the users of redis.conf or of the ACL file, in a
 * server's order (main, ACLLoadUsersAtStartup). A server that does not start is a result, with the server's error.
 */
export function startWith(commands: Registry<SimulatedServer>, options: ServerOptions): StartResult {
  const { target } = options
  const users = options.users ?? new Users(target.table, target.behaviours)
  const names = { user: new Set<Bytes>(), role: new Set<Bytes>() }
  const loaded = loadConfig({
    target,
    content: options.conf,
    files: options.files,
    unknownDirectives: options.unknownDirectives ?? 'refuse',
    check: (kind, name, rules) => checkLine(users, kind, name, rules, names[kind]),
  })
  if ('message' in loaded) return { started: false, crash: false, ...loaded }
  const { config } = loaded
  const tls = new Tls(options.tlsFiles)
  const tlsProblem = tls.configure(config)
  if (tlsProblem !== null)
    return {
      started: false,
      ...refusal(`${tlsProblem}\nFailed to configure TLS. Check logs for more info.`, [
        { kind: 'other', message: tlsProblem, span: config.spans.get('tls-port') ?? null },
      ]),
    }
  users.allChannelsByDefault = target.behaviours.hasChannels && config.get('acl-pubsub-default') === 'allchannels'
  if (config.get('requirepass') !== '')
    updateDefaultPassword(users, config.get('requirepass'), config.spans.get('requirepass') ?? null)
  const failure = loadUsers(options, loaded, users)
  if (failure !== null) return { started: false, ...failure }
  if (!listensAnywhere(config, target)) {
    const message = 'Configured to not listen anywhere, exiting.'
    const span = config.spans.get(config.number('port') === 0 ? 'port' : 'bind') ?? null
    return { started: false, ...refusal(message, [{ kind: 'other', message, span }]) }
  }
  const server = new SimulatedServer({
    commands,
    options,
    config,
    users,
    tls,
    renamed: loaded.renamed,
    hidden: loaded.hidden,
  })
  return { started: true, server, notes: loaded.notes }
}

/**
 * Returns the server's error for a `user` or `role` line of redis.conf, or null (ACLAppendUserForLoading).
 * @param names the names of the lines of this kind before, to which this one's is added
 */
function checkLine(
  users: Users,
  kind: HolderKind,
  name: Bytes,
  rules: readonly Bytes[],
  names: Set<Bytes>,
): HolderLineProblem | null {
  const { behaviours } = users.space
  const words = [kind, name, ...rules]
  if (kind === 'role' && roleNameFault(name) !== null) {
    const reason =
      "Role names can't be empty and can only contain printable ASCII characters, excluding commas, quotes and backslashes"
    return { kind: 'role-name', word: name, reason }
  }
  const isRepeated = names.has(name)
  names.add(name)
  if (behaviours.strictAclFile && isRepeated) {
    const reason = `Duplicate ${kind} found. A ${kind} can only be defined once in config files`
    return { kind: `duplicate-${kind}`, word: name, reason }
  }
  const merged = behaviours.hasSelectors ? mergeSelectors(rules) : rules.map((text) => ({ text }))
  if (typeof merged === 'number')
    return { kind: 'unclosed-selector', word: words[merged] ?? '', reason: 'Wrong format' }
  const probe = kind === 'user' ? users.newUser(name) : new Role(name, users.space, users)
  for (const [index, rule] of merged.entries()) {
    const error = probe.apply(rule.text)
    // Modules may still define unknown commands, and later lines roles: they are checked again when the users are created.
    if (error !== null && error !== 'unknown' && error !== 'no-such-role') {
      // The word is counted over merged selectors, and for users from the start of the line.
      const word = words[kind === 'user' && behaviours.hasSelectors ? index : index + 2] ?? ''
      return { kind: error, word, reason: ruleErrorText[error] }
    }
  }
  return null
}

type UserFailure = StartFailure & { readonly crash: boolean }

function refusal(message: Bytes, problems: readonly FileProblem[], crash = false): UserFailure {
  return { message, output: message, problems, crash }
}

/** Creates the users of redis.conf, or loads the ACL file (ACLLoadUsersAtStartup). */
function loadUsers(options: ServerOptions, loaded: LoadedConfig, users: Users): UserFailure | null {
  const { config } = loaded
  const file = config.get('aclfile')
  for (const kind of ['user', 'role'] as const) {
    const lines = kind === 'user' ? loaded.users : loaded.roles
    if (file !== '' && lines.length > 0)
      return bothKinds(options.target, kind, lines, config.spans.get('aclfile') ?? null)
  }
  for (const line of loaded.roles) {
    const failure = makeRole(users, line)
    if (failure !== null) return failure
  }
  for (const line of loaded.users) {
    const failure = makeUser(users, line)
    if (failure !== null) return failure
  }
  return file === '' ? null : loadFile(options, users, file, config.spans.get('aclfile') ?? null)
}

function bothKinds(target: Target, kind: HolderKind, lines: readonly HolderLine[], span: Span | null): UserFailure {
  const product = target.behaviours.productName
  const message =
    `Configuring ${product} with ${kind}s defined in ${product.toLowerCase()}.conf and at the same setting an ACL file path is invalid. ` +
    `This setup is very likely to lead to configuration errors and security holes, please define either an ACL file or declare ${kind}s directly in your ` +
    `${product.toLowerCase()}.conf, but not both.`
  // The first line stands for all of them.
  const problems = [span, lines[0]?.line.span ?? null]
    .filter((place) => place !== null)
    .map((place) => ({ kind: 'both-kinds-of-users' as const, message, span: place }))
  return refusal(message, problems)
}

function makeUser(users: Users, line: HolderLine): UserFailure | null {
  const critical = 'Critical error while loading ACLs. Exiting.'
  if (hasSpaces(line.name)) {
    const reason = 'Spaces not allowed in ACL usernames'
    return refusal(`${reason}\n${critical}`, [{ kind: 'username-chars', message: reason, span: line.line.span }])
  }
  // A user that exists (the default user always does) is reset.
  const first = users.get(line.name) === undefined ? [] : ['reset']
  const refused = users.setUser(line.name, [...first, ...line.rules], [...first.map(() => null), ...line.spans])
  if (refused === null) return null
  const at = refused.argument - first.length
  const reason = `Error loading ACL rule '${line.rules[at] ?? ''}' for the user named '${line.name}': ${refused.error === null ? refused.message : ruleErrorText[refused.error]}`
  const kind = refused.error ?? 'unmatched-parenthesis'
  return refusal(`${reason}\n${critical}`, [{ kind, message: reason, span: line.spans[at] ?? line.line.span }])
}

function makeRole(users: Users, line: HolderLine): UserFailure | null {
  const refused = users.setRole(line.name, line.rules, line.spans)
  if (refused === null) return null
  const reason = `Error loading ACL role '${line.name}': ${refused.message}`
  const span = line.spans[refused.argument] ?? line.line.span
  const kind = refused.error ?? 'unmatched-parenthesis'
  return refusal(`${reason}\nCritical error while loading ACL roles. Exiting.`, [{ kind, message: reason, span }])
}

function loadFile(options: ServerOptions, users: Users, path: Bytes, span: Span | null): UserFailure | null {
  const start = `Aborting ${options.target.behaviours.productName} startup because of ACL errors: `
  const content = options.files.read(path)
  if (content === null) {
    const message = `${start}Error loading ACLs, opening file '${path}': No such file or directory`
    return refusal(message, [{ kind: 'no-acl-file', message, span }])
  }
  const result = loadAclFile(users, content, path)
  if (result.ok) {
    users.replaceAll(result)
    return null
  }
  return refusal(`${start}${result.message}`, result.problems, result.crash)
}
