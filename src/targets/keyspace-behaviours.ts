import { since, type TargetId } from './list'

/** Differences between servers in the data types. Named facts; the releases that have each are below. */
export interface KeyspaceBehaviours {
  /** Doubles in replies are the shortest that read back the same (7.2); before, `%.17g`. */
  readonly printsShortestDoubles: boolean
  /** Errors say `'set' command` where they said `set` before (7.0). */
  readonly quotesCommandNames: boolean
  /** The length limit of strings is called `proto-max-bulk-len` in its error (7.0); before, `512MB`. */
  readonly namesBulkLimit: boolean
  /** SET takes GET, EXAT and PXAT (6.2). */
  readonly hasSetGet: boolean
  /** SET takes NX and GET together (7.0). */
  readonly setsNxWithGet: boolean
  /** SET takes IFEQ (Valkey 8.1, Redis 8.4). */
  readonly hasSetIfEqual: boolean
  /** DIGEST, and the conditions IFNE, IFDEQ and IFDNE (Redis 8.4). */
  readonly hasDigests: boolean
  /** DECRBY refuses the one amount that has no opposite (6.2). */
  readonly refusesDecrementOverflow: boolean
  /** EXPIRE refuses a time that overflows (6.2); before, it wraps around. */
  readonly checksExpireOverflow: boolean
  /** A key given an expiry that is past is `expired` at once, and SET does not store it (Valkey 8.1); elsewhere EXPIRE deletes it with `del`. */
  readonly expiresPastTimes: boolean
  /** A small hash whose fields expire stays packed, as a `listpackex` (Redis 7.4); Valkey makes it a hash table. */
  readonly packsFieldExpiry: boolean
  /** HEXPIRE and its kin find the word FIELDS wherever it is, with errors of their own (Valkey 9.0). */
  readonly fieldsAnywhere: boolean
  /** HEXPIRE and its kin, HGETEX and HSETEX read their options and fields in one loop, with errors of its own (Redis 8.6). */
  readonly readsFieldsInLoop: boolean
  /** HGETEX and HSETEX read each other's options too, and reject them only once they have read all (Redis 8.6 only). */
  readonly sharesFieldOptions: boolean
  /** HSCAN takes NOVALUES (Redis 7.4, Valkey 8.0). */
  readonly hasNoValuesScan: boolean
  /** SCAN TYPE refuses names that are no type (Valkey 8.0); elsewhere nothing is found. */
  readonly scanRefusesUnknownTypes: boolean
  /** BITCOUNT and BITPOS take BYTE or BIT (7.0). */
  readonly hasBitUnits: boolean
  /** BITCOUNT and BITPOS read their range before they look at the key (Redis 7.4, Valkey 8.0). */
  readonly readsBitRangeFirst: boolean
  /** BITCOUNT takes a start without an end (Valkey 8.0). */
  readonly countsBitsFromStart: boolean
  /** SETBIT and BITFIELD that change no bit count as no change (7.0). */
  readonly ignoresSameBits: boolean
  /** PFDEBUG has SIMD ON and OFF (Redis 8.0, Valkey 8.1). */
  readonly pfdebugSwitchesSimd: boolean
  /** BITOP has DIFF, DIFF1, ANDOR and ONE (Redis 8.2). */
  readonly hasBitopDiff: boolean
  /** A database number out of range is called so (6.2); before, `index out of range`. */
  readonly namesDatabaseRange: boolean
  /** FLUSHDB and FLUSHALL take SYNC (6.2). */
  readonly hasFlushSync: boolean
  /** FLUSHALL and FLUSHDB free keys in the background even without ASYNC, and FUNCTION FLUSH ASYNC the engine too (Redis 8.0). */
  readonly flushesLazily: boolean
  /** HELP replies put each description on indented lines of its own (6.2). */
  readonly indentsHelp: boolean
  /** The last line of a HELP reply says `Print` (7.0); before, `Prints`. */
  readonly helpSaysPrint: boolean
  /** SORT refuses BY and GET to users that cannot read every key (7.0). */
  readonly sortChecksAccess: boolean
  /** SORT BY nosort DESC gives a list from its end (7.0). */
  readonly sortReversesLists: boolean
  /** The most bytes that a key and its string may have together to be one object, an `embstr` (Valkey 8.1, Redis 8.2); null: keys are objects of their own. */
  readonly roomBesideKey: number | null
  /** The version that DUMP marks its payloads with; RESTORE refuses higher ones. */
  readonly rdbVersion: number
}

/** One line a behaviour: which releases have it. */
export function keyspaceBehaviours(id: TargetId): KeyspaceBehaviours {
  return {
    printsShortestDoubles: since(id, 'redis-7.2', 'valkey-7.2'),
    quotesCommandNames: since(id, 'redis-7.0', 'valkey-7.2'),
    namesBulkLimit: since(id, 'redis-7.0', 'valkey-7.2'),
    hasSetGet: since(id, 'redis-6.2', 'valkey-7.2'),
    setsNxWithGet: since(id, 'redis-7.0', 'valkey-7.2'),
    hasSetIfEqual: since(id, 'redis-8.4', 'valkey-8.1'),
    hasDigests: since(id, 'redis-8.4', null),
    refusesDecrementOverflow: since(id, 'redis-6.2', 'valkey-7.2'),
    checksExpireOverflow: since(id, 'redis-6.2', 'valkey-7.2'),
    expiresPastTimes: since(id, null, 'valkey-8.1'),
    packsFieldExpiry: since(id, 'redis-7.4', null),
    fieldsAnywhere: since(id, null, 'valkey-7.2'),
    readsFieldsInLoop: since(id, 'redis-8.6', null),
    sharesFieldOptions: id === 'redis-8.6',
    hasNoValuesScan: since(id, 'redis-7.4', 'valkey-8.0'),
    scanRefusesUnknownTypes: since(id, null, 'valkey-8.0'),
    hasBitUnits: since(id, 'redis-7.0', 'valkey-7.2'),
    readsBitRangeFirst: since(id, 'redis-7.4', 'valkey-8.0'),
    countsBitsFromStart: since(id, null, 'valkey-8.0'),
    ignoresSameBits: since(id, 'redis-7.0', 'valkey-7.2'),
    pfdebugSwitchesSimd: since(id, 'redis-8.0', 'valkey-8.1'),
    hasBitopDiff: since(id, 'redis-8.2', null),
    namesDatabaseRange: since(id, 'redis-6.2', 'valkey-7.2'),
    hasFlushSync: since(id, 'redis-6.2', 'valkey-7.2'),
    flushesLazily: since(id, 'redis-8.0', null),
    indentsHelp: since(id, 'redis-6.2', 'valkey-7.2'),
    helpSaysPrint: since(id, 'redis-7.0', 'valkey-7.2'),
    sortChecksAccess: since(id, 'redis-7.0', 'valkey-7.2'),
    sortReversesLists: since(id, 'redis-7.0', 'valkey-7.2'),
    roomBesideKey: since(id, null, 'valkey-9.1') ? 49 : since(id, 'redis-8.2', 'valkey-8.1') ? 41 : null,
    rdbVersion: rdbVersion(id),
  }
}

function rdbVersion(id: TargetId): number {
  if (since(id, null, 'valkey-9.1')) return 80
  if (since(id, 'redis-7.4', null)) return 12
  if (since(id, 'redis-7.2', 'valkey-7.2')) return 11
  return since(id, 'redis-7.0', null) ? 10 : 9
}
