import type { AclBehaviours } from '../acl/behaviours'
import type { ParsedRule, ResetScope, RuleFlag, RuleKind } from '../acl/rule'
import { behavioursOf } from '../targets/behaviours'
import { targetInfos } from '../targets/infos'

/** A kind of rule: of the kinds of ParsedRule, those with several meanings are told apart. */
export type RuleSlot =
  | Exclude<RuleKind, 'empty' | 'invalid' | 'flag' | 'reset' | 'all'>
  | RuleFlag
  | `reset ${ResetScope}`
  | `all ${Extract<ParsedRule, { readonly kind: 'all' }>['of']}`

/** A rule of the cheat sheet, with an example that is checked against the engine. */
export interface CheatEntry {
  /** The last part of its address: `#cheat/key-read`. */
  readonly id: string
  /** The form of the rule: `%R~pattern`. */
  readonly form: string
  /** The rule as it is inserted, and explained. */
  readonly rule: string
  /** The rules of a user that shows it. */
  readonly example: string
  /** The name and the rules of the role that the example names. */
  readonly role?: string
  /** Command lines that the example allows, and denies. */
  readonly allows: readonly string[]
  readonly denies: readonly string[]
  /** Passwords that log in as the example, and that do not. */
  readonly accepts?: readonly string[]
  readonly rejects?: readonly string[]
  /** The behaviour of a server that the rule needs. */
  readonly needs?: keyof AclBehaviours
}

/** A group of the cheat sheet. */
export interface CheatGroup {
  readonly title: string
  readonly slots: readonly RuleSlot[]
}

/** The groups, in order; each kind of rule is in one. */
export const cheatGroups: readonly CheatGroup[] = [
  { title: 'User', slots: ['on', 'off', 'reset user'] },
  { title: 'Passwords', slots: ['password', 'nopass', 'reset passwords'] },
  { title: 'Commands', slots: ['command', 'category'] },
  { title: 'Keys', slots: ['key', 'all keys', 'reset keys'] },
  { title: 'Channels', slots: ['channel', 'all channels', 'reset channels'] },
  { title: 'Selectors', slots: ['selector', 'reset selectors'] },
  { title: 'Roles', slots: ['roles', 'reset roles'] },
  { title: 'Databases', slots: ['databases', 'all databases', 'reset databases'] },
  { title: 'RESTORE', slots: ['sanitize-payload', 'skip-sanitize-payload'] },
]

const hash = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'

/** The rules of each kind. A kind without an entry does not compile. */
export const cheatEntries: Readonly<Record<RuleSlot, readonly CheatEntry[]>> = {
  on: [entry('on', 'on', 'on', 'on nopass +ping', ['PING'], [], { accepts: ['any'] })],
  off: [entry('off', 'off', 'off', 'off nopass +ping', [], [], { rejects: ['any'] })],
  'reset user': [
    entry(
      'reset',
      'reset',
      'reset',
      'on nopass ~* +@all reset on nopass ~app:* +get',
      ['GET app:1'],
      ['GET other:1', 'SET app:1 x'],
    ),
  ],
  password: [
    entry('password', '>password', '>secret', 'on >secret +ping', ['PING'], [], {
      accepts: ['secret'],
      rejects: ['other'],
    }),
    entry('hash', '#hash', `#${hash}`, `on #${hash} +ping`, ['PING'], [], { accepts: ['secret'], rejects: ['other'] }),
    entry('remove-password', '<password', '<old', 'on >old >new <old', [], [], { accepts: ['new'], rejects: ['old'] }),
    entry('remove-hash', '!hash', `!${hash}`, `on >secret >new !${hash}`, [], [], {
      accepts: ['new'],
      rejects: ['secret'],
    }),
  ],
  nopass: [entry('nopass', 'nopass', 'nopass', 'on nopass +ping', ['PING'], [], { accepts: ['any'] })],
  'reset passwords': [
    entry('resetpass', 'resetpass', 'resetpass', 'on >old resetpass >new', [], [], {
      accepts: ['new'],
      rejects: ['old'],
    }),
  ],
  command: [
    entry('allow-command', '+command', '+get', 'on nopass ~* +get', ['GET app:1'], ['SET app:1 x']),
    entry(
      'deny-command',
      '-command',
      '-flushall',
      'on nopass ~* +@all -flushall',
      ['FLUSHDB', 'GET app:1'],
      ['FLUSHALL'],
    ),
    entry(
      'allow-subcommand',
      '+command|subcommand',
      '+config|get',
      'on nopass +config|get',
      ['CONFIG GET port'],
      ['CONFIG SET port 1'],
    ),
    entry(
      'deny-subcommand',
      '-command|subcommand',
      '-config|set',
      'on nopass +config -config|set',
      ['CONFIG GET port'],
      ['CONFIG SET port 1'],
      { needs: 'hasSubcommandRules' },
    ),
    entry('first-argument', '+command|argument', '+select|0', 'on nopass +select|0', ['SELECT 0'], ['SELECT 1']),
  ],
  category: [
    entry('allow-category', '+@category', '+@read', 'on nopass ~* +@read', ['GET app:1'], ['SET app:1 x']),
    entry(
      'deny-category',
      '-@category',
      '-@dangerous',
      'on nopass ~* +@all -@dangerous',
      ['GET app:1'],
      ['FLUSHALL', 'KEYS *'],
    ),
    entry('allcommands', 'allcommands', 'allcommands', 'on nopass ~* allcommands', ['FLUSHALL', 'GET app:1'], []),
    entry(
      'nocommands',
      'nocommands',
      'nocommands',
      'on nopass ~* +@all nocommands +get',
      ['GET app:1'],
      ['SET app:1 x'],
    ),
  ],
  key: [
    entry('key', '~pattern', '~app:*', 'on nopass ~app:* +get +set', ['GET app:1', 'SET app:1 x'], ['GET other:1']),
    entry(
      'key-read',
      '%R~pattern',
      '%R~app:*',
      'on nopass %R~app:* +@all',
      ['GET app:1'],
      ['SET app:1 x', 'GETDEL app:1'],
      { needs: 'hasSelectors' },
    ),
    entry('key-write', '%W~pattern', '%W~app:*', 'on nopass %W~app:* +@all', ['SET app:1 x'], ['GET app:1'], {
      needs: 'hasSelectors',
    }),
    entry(
      'key-read-write',
      '%RW~pattern',
      '%RW~app:*',
      'on nopass %RW~app:* +@all',
      ['GET app:1', 'SET app:1 x'],
      ['GET other:1'],
      { needs: 'hasSelectors' },
    ),
  ],
  'all keys': [
    entry('allkeys', 'allkeys', 'allkeys', 'on nopass allkeys +get', ['GET app:1', 'GET other:1'], ['SET app:1 x']),
  ],
  'reset keys': [
    entry('resetkeys', 'resetkeys', 'resetkeys', 'on nopass ~* +get resetkeys ~app:*', ['GET app:1'], ['GET other:1']),
  ],
  channel: [
    entry(
      'channel',
      '&pattern',
      '&news:*',
      'on nopass resetchannels &news:* +@pubsub',
      ['PUBLISH news:1 hello', 'SUBSCRIBE news:1', 'PSUBSCRIBE news:*'],
      ['PUBLISH other:1 hello', 'PSUBSCRIBE news:1*'],
      { needs: 'hasChannels' },
    ),
  ],
  'all channels': [
    entry(
      'allchannels',
      'allchannels',
      'allchannels',
      'on nopass allchannels +publish',
      ['PUBLISH news:1 hello'],
      ['SUBSCRIBE news:1'],
      { needs: 'hasChannels' },
    ),
  ],
  'reset channels': [
    entry(
      'resetchannels',
      'resetchannels',
      'resetchannels',
      'on nopass &* +publish resetchannels &news:*',
      ['PUBLISH news:1 hello'],
      ['PUBLISH other:1 hello'],
      { needs: 'hasChannels' },
    ),
  ],
  databases: [
    entry('databases', 'db=numbers', 'db=0,1', 'on nopass ~* +@all db=0,1', ['SELECT 1', 'GET app:1'], ['SELECT 2'], {
      needs: 'hasDatabases',
    }),
  ],
  'all databases': [
    entry('alldbs', 'alldbs', 'alldbs', 'on nopass ~* +@all db=0 alldbs', ['SELECT 2'], [], { needs: 'hasDatabases' }),
  ],
  'reset databases': [
    entry('resetdbs', 'resetdbs', 'resetdbs', 'on nopass ~* +@all resetdbs db=1', ['SELECT 1'], ['SELECT 0'], {
      needs: 'hasDatabases',
    }),
  ],
  selector: [
    entry(
      'selector',
      '(rules)',
      '(+get %R~config:*)',
      'on nopass ~app:* +@write (+get %R~config:*)',
      ['SET app:1 x', 'GET config:1'],
      ['GET app:1', 'SET config:1 x'],
      { needs: 'hasSelectors' },
    ),
  ],
  'reset selectors': [
    entry(
      'clearselectors',
      'clearselectors',
      'clearselectors',
      'on nopass ~app:* +get (+get ~other:*) clearselectors',
      ['GET app:1'],
      ['GET other:1'],
      { needs: 'hasSelectors' },
    ),
  ],
  roles: [
    entry(
      'roles',
      'role=names',
      'role=reader',
      'on nopass ~app:* +set role=reader',
      ['SET app:1 x', 'GET cache:1'],
      ['GET app:1', 'SET cache:1 x'],
      { needs: 'hasRoles', role: 'reader %R~cache:* +@read' },
    ),
  ],
  'reset roles': [
    entry(
      'resetroles',
      'resetroles',
      'resetroles',
      'on nopass ~app:* +set role=reader resetroles',
      ['SET app:1 x'],
      ['GET cache:1'],
      { needs: 'hasRoles', role: 'reader %R~cache:* +@read' },
    ),
  ],
  'sanitize-payload': [
    entry(
      'sanitize-payload',
      'sanitize-payload',
      'sanitize-payload',
      'on nopass sanitize-payload ~* +restore',
      ['RESTORE app:1 0 x'],
      [],
      { needs: 'hasSanitizePayload' },
    ),
  ],
  'skip-sanitize-payload': [
    entry(
      'skip-sanitize-payload',
      'skip-sanitize-payload',
      'skip-sanitize-payload',
      'on nopass skip-sanitize-payload ~* +restore',
      ['RESTORE app:1 0 x'],
      [],
      { needs: 'hasSanitizePayload' },
    ),
  ],
}

function entry(
  id: string,
  form: string,
  rule: string,
  example: string,
  allows: readonly string[],
  denies: readonly string[],
  more: Pick<CheatEntry, 'accepts' | 'rejects' | 'needs' | 'role'> = {},
): CheatEntry {
  return { id, form, rule, example, allows, denies, ...more }
}

/** Returns the entries of a group, in order. */
export function entriesOf({ slots }: CheatGroup): readonly CheatEntry[] {
  return slots.flatMap((slot) => cheatEntries[slot])
}

/** Returns the releases in which a behaviour came: `Redis 7.0, Valkey 7.2`. */
export function sinceWords(behaviour: keyof AclBehaviours): string {
  return (['redis', 'valkey'] as const)
    .flatMap(
      (product) =>
        targetInfos.find((info) => info.product === product && behavioursOf(info.id)[behaviour] === true)?.label ?? [],
    )
    .join(', ')
}
