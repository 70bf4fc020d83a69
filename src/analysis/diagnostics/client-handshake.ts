import { compileGlob } from '../../acl/glob'
import type { CommandTable } from '../../acl/command'
import { commandTitle } from '../command-title'
import { memoize, memoizePair } from '../memoize'
import { clients, type ClientHabits, type ClientId } from './clients'
import { allowsAnything, channelPattern, keyRule, userAllows } from './facts'
import { addRules, onToken, type LineCheck, type Report, type UserLine } from './line'
import { servesApplication } from './roles'

const titles = (commands: readonly string[]): string => commands.map(commandTitle).join(', ')

/** Maps subcommands to their commands, for targets without subcommand rules. */
const wholeCommands = memoize((commands: readonly string[]): readonly string[] => [
  ...new Set(commands.map((name) => name.split('|')[0] ?? name)),
])

/** Returns the commands that the target has and the user may not run. */
function refused(line: UserLine, commands: readonly string[]): readonly string[] {
  const { table, behaviours } = line.target
  const wanted = behaviours.hasSubcommandRules ? commands : wholeCommands(commands)
  return lacking(table, wanted)(userAllows(line, wanted))
}

/**
 * Returns the wanted commands that exist and are not given, memoized by the list of given ones: users share few such
 * lists.
 */
const lacking = memoizePair((table: CommandTable, wanted: readonly string[]) =>
  memoize((given: readonly string[]): readonly string[] =>
    wanted.filter((name) => !given.includes(name) && table.find(name) !== undefined),
  ),
)

/** Commands that most libraries send when they connect. */
const asked = ['client|setinfo', 'info']

/**
 * Returns the handshake commands, where the user of a line is denied all of them. Empty where it is allowed some, where
 * nobody can log in, or where no application does.
 */
export function refusedGreeting(line: UserLine): readonly string[] {
  const { user } = line
  if (user === null || !user.enabled || !servesApplication(user)) return []
  const lacks = refused(line, asked)
  return lacks.length < asked.length ? [] : lacks
}

function offer(line: UserLine, commands: readonly string[]): Report['fixes'] {
  const rules = commands.map((name) => `+${name}`)
  return [addRules(line, rules, `Add ${rules.join(' ')}`)]
}

/**
 * Returns true where the client may log in as the user of a line: the user is on, and a component with a user of its
 * own (`servesAs`) matches that user.
 */
function isUsedBy({ user, name, tokens }: UserLine, client: ClientId): boolean {
  if (user === null || !user.enabled || !user.selectors.some(allowsAnything)) return false
  const { servesAs } = clients[client]
  return (
    servesAs === undefined || servesAs.name.test(name.text) || tokens.some(({ word }) => servesAs.rules.includes(word))
  )
}

/**
 * Returns the client's channels that the user of a line may not use. A pattern that the client subscribes to must be
 * granted literally.
 */
function missingChannels({ user, target }: UserLine, { channels = [], psubscribes = [] }: ClientHabits): string[] {
  if (user === null || !target.behaviours.hasChannels || user.selectors.some((selector) => selector.allChannels))
    return []
  const granted = user.selectors.flatMap((selector) => selector.channels.map(({ pattern }) => pattern))
  return [
    ...psubscribes.filter((pattern) => !granted.some((one) => one.replace(/^\/\d+\./, '/0.') === pattern)),
    ...channels.filter(
      (pattern) => !granted.some((one) => one === pattern || compileGlob(one).matches(pattern.replaceAll('*', 'x'))),
    ),
  ]
}

/**
 * Commands that the selected library sends by itself. Without a selection, `client-greeting` reports them once per
 * file.
 */
export const clientHandshake: LineCheck = {
  code: 'client-handshake',
  severity: 'info',
  about: 'client',
  check: (line) => {
    const { user, name, client } = line
    if (user === null || client === null || !isUsedBy(line, client)) return []
    const { label, tries, note } = clients[client]
    const lacks = refused(line, tries)
    const notes =
      (client === 'ioredis' || client === 'ioredis-cluster') &&
      user.selectors.some(({ channels }) => channels.length > 0)
        ? note
        : null
    return [
      ...(lacks.length > 0
        ? [
            onToken(
              name,
              `${label} sends ${titles(lacks)} by itself. It works without, but each denial is an entry in ACL LOG.`,
              notes,
              offer(line, lacks),
            ),
          ]
        : []),
      ...(lacks.length === 0 && notes !== null ? [onToken(name, notes, null)] : []),
    ]
  },
}

/** Commands and keys that the selected library requires. */
export const clientNeeds: LineCheck = {
  code: 'client-needs',
  severity: 'warning',
  about: 'client',
  check: (line) => {
    const { user, name, client } = line
    if (user === null || client === null || !isUsedBy(line, client)) return []
    const { label, needs, keys, note } = clients[client]
    const lacks = refused(line, needs)
    const noKeys = keys.filter(
      (pattern) =>
        !user.selectors.some(
          (selector) =>
            selector.allKeys ||
            selector.keys.some(
              (key) => key.pattern === pattern || compileGlob(key.pattern).matches(pattern.replaceAll('*', 'x')),
            ),
        ),
    )
    const token = line.tokens.find((other) => keyRule(other) !== null) ?? name
    const noChannels = missingChannels(line, clients[client])
    const channelToken = line.tokens.find((other) => channelPattern(other) !== null) ?? name
    return [
      ...(lacks.length > 0
        ? [onToken(name, `${label} does not work without ${titles(lacks)}.`, null, offer(line, lacks))]
        : []),
      ...(noKeys.length > 0
        ? [
            onToken(token, `${label} keeps its own keys under ${noKeys.join(', ')}: no pattern grants them.`, note, [
              addRules(
                line,
                noKeys.map((key) => `~${key}`),
                `Add ${noKeys.map((key) => `~${key}`).join(' ')}`,
              ),
            ]),
          ]
        : []),
      ...(noChannels.length > 0
        ? [
            onToken(
              channelToken,
              `${label} uses the channels ${noChannels.join(', ')}: no pattern grants them.`,
              note,
              [
                addRules(
                  line,
                  noChannels.map((channel) => `&${channel}`),
                  `Add ${noChannels.map((channel) => `&${channel}`).join(' ')}`,
                ),
              ],
            ),
          ]
        : []),
    ]
  },
}
