import type { AclBehaviours } from '../acl/behaviours'
import { collectionBehaviours, type CollectionBehaviours } from './collection-behaviours'
import type { KeyFunctionFacts } from './key-functions'
import { keyspaceBehaviours, type KeyspaceBehaviours } from './keyspace-behaviours'
import { scriptingBehaviours, type ScriptingBehaviours } from './scripting-behaviours'
import { serverBehaviours, type ServerBehaviours } from './server-behaviours'
import { productOf, since, targets, type TargetId } from './list'
import type { AccessDefect } from './releases'
import { type UnknownReplies, unknownRepliesOf } from './unknown-replies'

/** The differences of a target from others, as named facts. Code asks for these, never for the version. */
export interface Behaviours
  extends
    AclBehaviours,
    KeyFunctionFacts,
    KeyspaceBehaviours,
    CollectionBehaviours,
    ServerBehaviours,
    ScriptingBehaviours {
  readonly product: 'redis' | 'valkey'
  /** Keys are found by key specs with flags (7.0). Before, by first key, last key and step. */
  readonly hasKeySpecs: boolean
  /** EXEC checks the keys of queued commands again. */
  readonly checksQueuedKeys: boolean
  /** MOVE and COPY are checked for the database that they take the key from. */
  readonly checksSourceDatabase: boolean
  /** COPY is checked for the database of each `DB`; else only for one that directly follows its keys. */
  readonly checksEveryDatabaseOption: boolean
  /** CLUSTER FLUSHSLOT is checked for every database. */
  readonly checksFlushedDatabases: boolean
  /** The keys of key specs that count their keys end where the number of keys ends, whatever their step: MSETEX misses some. */
  readonly countedKeysIgnoreStep: boolean
  /** The most arguments of one request: a million, or (7.0) what an int holds. */
  readonly maxRequestArguments: number
  /** A NUL byte hides the end of a request's length line behind it (all but Valkey 8 and newer). */
  readonly nulHidesLineEnd: boolean
  /** Bytes 0xff get lost in inline commands (Valkey 8.1). */
  readonly inlineLosesFF: boolean
  /** After a line of nothing but spaces the next line is read as an inline command, whatever it starts with (Valkey 8). */
  readonly blankLineKeepsInline: boolean
  /** Command lines whose replies are not simulated, although the command is on other targets. */
  readonly unknownReplies: UnknownReplies
  /** The wording of the HELP subcommands. */
  readonly helpWords: '6.0' | '6.2' | '7.2'
}

/**
 * The behaviours of a target. One line a behaviour: which releases have it.
 * @param has returns true for a defect of the release; absent: those of the one that the target was made from
 */
export function behavioursOf(id: TargetId, has = recordedDefects(id)): Behaviours {
  return {
    ...keyspaceBehaviours(id),
    ...serverBehaviours(id),
    ...scriptingBehaviours(id),
    ...collectionBehaviours(id),
    product: productOf(id),
    maxRequestArguments: since(id, 'redis-7.0', 'valkey-7.2') ? 2 ** 31 - 1 : 2 ** 20,
    nulHidesLineEnd: !since(id, null, 'valkey-8.0'),
    inlineLosesFF: since(id, null, 'valkey-8.1'),
    blankLineKeepsInline: since(id, null, 'valkey-8.0'),
    unknownReplies: unknownRepliesOf(id),
    helpWords: since(id, 'redis-7.2', 'valkey-7.2') ? '7.2' : since(id, 'redis-6.2', null) ? '6.2' : '6.0',
    hasKeySpecs: since(id, 'redis-7.0', 'valkey-7.2'),
    migrateKeysSkipsOptions: since(id, 'redis-7.0', 'valkey-7.2'),
    sortPassesOverStore: since(id, 'redis-7.0', null) && !has('last-option-keys'),
    pfmergeFindsLoneKey: !has('pfmerge-key'),
    sortReadFindsKey: !has('sort-ro-keys'),
    bitfieldGetOnlyReads: has('bitfield-read-only'),
    countedKeysIgnoreStep: has('msetex-keys'),
    checksQueuedKeys: !has('exec-recheck'),
    checksSourceDatabase: !has('move-copy-source-db'),
    checksEveryDatabaseOption: !has('copy-db'),
    checksFlushedDatabases: !has('flushslot-db'),
    keyCountWraps: !since(id, 'redis-8.0', null),
    xreadOptions: {
      block: 1,
      count: 1,
      group: 2,
      noack: 0,
      ...(since(id, 'redis-8.4', null) && { claim: 1 }),
      ...(since(id, 'redis-8.10', null) && { maxcount: 1, maxsize: 1 }),
    },
    reportsConditions: since(id, 'redis-8.4', null),
    hasChannels: since(id, 'redis-6.2', 'valkey-7.2'),
    allChannelsByDefault: id === 'redis-6.2',
    subscribedPatternEndsAtNul: since(id, 'redis-7.0', 'valkey-7.2'),
    hasSelectors: since(id, 'redis-7.0', 'valkey-7.2'),
    hasSubcommandRules: since(id, 'redis-7.0', 'valkey-7.2'),
    keepsRuleHistory: since(id, 'redis-7.2', 'valkey-7.2'),
    hasDatabases: since(id, null, 'valkey-9.1'),
    hasRoles: since(id, null, 'valkey-9.2'),
    commentsInAclFile: since(id, 'redis-8.8', null),
    refusesFullThenSub: id === 'redis-6.0',
    hasSanitizePayload: since(id, 'redis-6.2', 'valkey-7.2'),
    sanitizesByDefault: since(id, 'redis-7.2', 'valkey-7.2'),
    printsSanitizePayload: since(id, 'redis-6.2', 'valkey-7.2') && !since(id, null, 'valkey-9.1'),
    strictAclFile: since(id, 'redis-7.0', 'valkey-7.2'),
    refusalWords: since(id, 'redis-7.2', 'valkey-7.2') ? '7.2' : since(id, 'redis-7.0', null) ? '7.0' : '6',
    aclLogHasIds: since(id, 'redis-7.2', 'valkey-7.2'),
    loadKeepsConnections: since(id, 'redis-7.4', 'valkey-8.0'),
    aclHelp: since(id, null, 'valkey-9.2')
      ? '9.2'
      : since(id, null, 'valkey-9.1')
        ? '9.1'
        : since(id, 'redis-7.2', 'valkey-7.2')
          ? '7.2'
          : since(id, 'redis-7.0', null)
            ? '7.0'
            : id === 'redis-6.0'
              ? '6.0'
              : '6.2',
    aclFileErrorNamesRedis: !since(id, null, 'valkey-8.0'),
    acceptsEmptyKeyAccess: id === 'redis-7.0',
    acceptsBarePercent: !since(id, 'redis-8.0', 'valkey-8.1'),
  }
}

function recordedDefects(id: TargetId): (defect: AccessDefect) => boolean {
  const entry = targets.find((one) => one.id === id)
  const defects = entry !== undefined && 'defects' in entry ? entry.defects.split(' ') : []
  return (defect) => defects.includes(defect)
}
