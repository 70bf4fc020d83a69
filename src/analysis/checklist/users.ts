import { lower, toText, type Bytes } from '../../acl/bytes'
import { parseRule } from '../../acl/rule'
import type { User } from '../../acl/user'
import { withCommas } from '../numbers'
import { callsFunctions, escalatingCommands } from '../escalation'
import { commandTitle } from '../command-title'
import { addRulesTo, addUserLine, edits, fix, item, together } from './edits'
import {
  dangerousCommandsOf,
  dangerousSentences,
  defaultUserSentences,
  mayRun,
  passwordSentences,
  removedCommands,
} from './sentences'
import { directiveEvidence, isAdministrator, mayChangeRules, placeOf, rulesOf, type Facts } from './facts'
import type { ChecklistItem, Evidence, FileEdits } from './types'

/** Returns the items about users and their permissions. */
export function userItems(facts: Facts): ChecklistItem[] {
  return [
    { ...authentication(facts), sentences: passwordSentences() },
    applicationUsers(facts),
    { ...dangerousCommands(facts), sentences: dangerousSentences(facts) },
    { ...defaultUser(facts), sentences: defaultUserSentences() },
    renameCommand(facts),
  ]
}

/** Returns true for a user that somebody can log in as. */
const isUsable = (user: User): boolean => user.enabled && (user.nopass || user.passwords.length > 0)

/** Turns the default user off, provided that another user can log in; else null. */
function turnDefaultOff(facts: Facts): FileEdits | null {
  const { defaultUser, users } = facts
  if (!users.some((user) => user !== defaultUser && isUsable(user))) return null
  return addRulesTo(facts, defaultUser, ['off']) ?? addUserLine(facts, 'user default off')
}

function authentication(facts: Facts): ChecklistItem {
  const title = 'Every connection must log in'
  const { defaultUser: user, config } = facts
  const requirepass =
    config.get('requirepass') === ''
      ? []
      : [
          {
            ...directiveEvidence(facts, 'requirepass'),
            text: facts.usesAclFile ? 'requirepass is set, but the ACL file overrides it' : 'requirepass is set',
          },
        ]
  const refused: Evidence[] = facts.refused
    ? [
        {
          text: `${facts.target.label} rejects these users as written: only the part that it would accept was checked`,
          span: null,
        },
      ]
    : []
  const own: Evidence = {
    text: `user default: ${user.enabled ? 'on' : 'off'}${user.nopass ? ', nopass' : ''}`,
    span: placeOf(user),
  }
  const others = facts.users
    .filter((other) => other !== user && other.enabled && other.nopass)
    .map((other): Evidence => ({ text: `user ${toText(other.name)}: accepts any password`, span: placeOf(other) }))
  const evidence = [own, ...others, ...requirepass, ...refused]
  if (isUsable(user) && user.nopass) {
    const written = placeOf(user) === null ? ' The file has no line for it.' : ''
    return item(
      'authentication',
      title,
      'fail',
      `The default user needs no password: every connection has its permissions.${written}`,
      evidence,
      fix(
        'Turn the default user off, and give every client its own user; or give the default user a password.',
        turnDefaultOff(facts),
      ),
    )
  }
  if (others.length > 0)
    return item(
      'authentication',
      title,
      'fail',
      'Some users accept any password.',
      evidence,
      fix('Give them passwords of their own.'),
    )
  return item(
    'authentication',
    title,
    'pass',
    user.enabled ? 'The default user has a password.' : 'The default user is off.',
    evidence,
  )
}

function applicationUsers(facts: Facts): ChecklistItem {
  const title = 'Every application has a user of its own, limited by categories'
  const others = facts.users.filter((user) => user !== facts.defaultUser && isUsable(user))
  const limited = others.filter((user) => !mayChangeRules(user))
  const evidence = others.map((user): Evidence => ({
    text: `user ${toText(user.name)}: ${kindOf(user)}`,
    span: placeOf(user),
  }))
  const diagnostics = fix('Make a user for each application, with the keys and categories that it needs.', null, [
    {
      label: 'users.acl',
      text: 'user myapp on #<sha-256 of its password> ~myapp:* resetchannels -@all +@read +@write +@connection -@dangerous',
    },
  ])
  if (others.length === 0)
    return item('application-users', title, 'fail', 'There is only the default user.', evidence, diagnostics)
  if (limited.length === 0)
    return item(
      'application-users',
      title,
      'fail',
      'Every user is an administrator or can become one.',
      evidence,
      diagnostics,
    )
  return item(
    'application-users',
    title,
    'pass',
    limited.length === 1 ? 'One user is limited.' : `${withCommas(limited.length)} users are limited.`,
    evidence,
  )
}

function kindOf(user: User): string {
  if (isAdministrator(user)) return 'administrator'
  if (mayChangeRules(user)) return 'may change its own rules (ACL SETUSER), so its limits have no effect'
  const categories = rulesOf(user)
    .filter(({ text }) => {
      const rule = parseRule(text)
      return rule.kind === 'category' && rule.name !== 'all'
    })
    .map(({ text }) => toText(text))
  return categories.length > 0 ? categories.join(' ') : 'single commands'
}

function dangerousCommands(facts: Facts): ChecklistItem {
  const title = 'Only administrators can run dangerous commands'
  const callers = facts.users.filter(callsFunctions)
  const hidden = removedCommands(facts)
  const found = facts.users
    .filter((user) => user !== facts.defaultUser && isUsable(user) && !isAdministrator(user))
    .map((user) => ({ user, names: dangerousNames(facts, user, callers, hidden) }))
    .filter(({ names }) => names.length > 0)
  if (found.length === 0)
    return item(
      'dangerous-commands',
      title,
      'pass',
      'No limited user can run commands that bypass its limits or wipe databases.',
    )
  const evidence = found.map(({ user, names }): Evidence => ({
    text: `user ${toText(user.name)}: ${names.map(commandTitle).join(', ')}`,
    span: placeOf(user),
  }))
  const rules = together(
    found.map(({ user, names }) =>
      addRulesTo(
        facts,
        user,
        names.map((name) => `-${name}`),
      ),
    ),
  )
  const selectors = found.some(({ user }) => user.selectors.length > 1) ? ' In selectors, deny them by hand.' : ''
  return item(
    'dangerous-commands',
    title,
    'fail',
    'Some limited users can.',
    evidence,
    fix(`Deny these commands to them.${selectors}`, rules),
  )
}

function dangerousNames(
  facts: Facts,
  user: User,
  callers: readonly User[],
  hidden: ReadonlySet<Bytes>,
): readonly string[] {
  const escalating = escalatingCommands(user, callers).filter((name) => !hidden.has(name.split('|')[0] ?? ''))
  const others = dangerousCommandsOf(facts).filter((command) => mayRun(facts, hidden, user, command))
  return [...new Set([...escalating, ...others.map(({ name }) => name)])]
}

function defaultUser(facts: Facts): ChecklistItem {
  const title = 'The default user cannot run dangerous commands'
  const { defaultUser: user } = facts
  const hidden = removedCommands(facts)
  if (!isUsable(user))
    return item('default-user', title, 'pass', 'Nobody can log in as this user.', [
      { text: 'user default', span: placeOf(user) },
    ])
  const dangerous = (user.space.table.inCategory('dangerous') ?? []).filter(
    (command) =>
      (command.subcommands?.size ?? 0) === 0 && !command.flags.has('no_auth') && mayRun(facts, hidden, user, command),
  )
  const evidence: Evidence = { text: `user default: ${dangerous.length} commands of @dangerous`, span: placeOf(user) }
  if (dangerous.length === 0) return item('default-user', title, 'pass', 'It is denied all of @dangerous.', [evidence])
  const rules =
    addRulesTo(facts, user, ['-@dangerous']) ??
    addUserLine(
      facts,
      'user default on nopass ~* &* +@all -@dangerous'.replace(facts.target.behaviours.hasChannels ? '' : ' &*', ''),
    )
  const diagnostics = fix('Deny the category. It includes INFO and KEYS; to deny less, name the commands.', rules, [
    { label: 'At least these', text: 'ACL SETUSER default -flushall -flushdb -config -shutdown' },
  ])
  return item(
    'default-user',
    title,
    'fail',
    user.nopass
      ? 'It can, and every connection that does not log in is this user.'
      : 'It can, and so can anyone who knows its password.',
    [evidence],
    diagnostics,
  )
}

function renameCommand(facts: Facts): ChecklistItem {
  const title = 'Commands are restricted by ACL rules, not by rename-command'
  const lines = facts.lines.filter(({ words }) => words?.[0] === 'rename-command' && words.length === 3)
  if (lines.length === 0) return item('rename-command', title, 'pass', 'No command is renamed.')
  // A quoted word can hold anything: only a command's name becomes a rule.
  const names = lines.map(({ words }) => facts.target.table.find(lower(words?.[1] ?? ''))?.name ?? null)
  const denials = (isHidden: boolean): readonly Bytes[] =>
    lines.flatMap(({ words }, i) => (names[i] != null && (words?.[2] === '') === isHidden ? [`-${names[i]}`] : []))
  const [hidden, renamed] = [denials(true), denials(false)]
  const usable = facts.users.filter(isUsable)
  const rules = usable.map((user) =>
    addRulesTo(facts, user, isAdministrator(user) && user !== facts.defaultUser ? hidden : [...hidden, ...renamed]),
  )
  const complete =
    !names.includes(null) &&
    usable.length > 0 &&
    usable.every((user, i) => rules[i] !== null || (isAdministrator(user) && hidden.length === 0))
  const removals = edits(
    [],
    lines.map(({ span }) => ({ from: span.from, to: Math.min(span.to + 1, facts.conf.length), insert: '' })),
  )
  const diagnostics = fix(
    'Deny the commands by rules, under their original names, and remove these lines. Administrators keep the commands that were only renamed. Clients must use the original names again.',
    complete ? together([removals, ...rules]) : null,
    [{ label: 'Rules for every user', text: [...hidden, ...renamed].join(' ') }],
  )
  return item(
    'rename-command',
    title,
    'fail',
    'rename-command is deprecated, and hides commands rather than denying them.',
    lines.map(({ text, span }) => ({ text: toText(text), span })),
    diagnostics,
  )
}
