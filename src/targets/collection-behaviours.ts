import { since, type TargetId } from './list'

/** Differences between servers in lists, sets, sorted sets, geo sets and streams. Named facts; the releases that have each are below. */
export interface CollectionBehaviours {
  /** OBJECT ENCODING of a short list is `listpack` (7.2); before, every list is a `quicklist`. */
  readonly smallListsAreListpacks: boolean
  /** A small set of strings is a listpack (7.2); before, a hash table. */
  readonly smallSetsAreListpacks: boolean
  /** ZADD of a long member makes a skiplist of an existing sorted set even if XX keeps it from being added (Valkey 8.1). */
  readonly zaddUnpacksForLongMembers: boolean
  /** The packed encodings are called `listpack` (7.0); before, `ziplist`. */
  readonly packsInListpacks: boolean
  /** LPOS words the error of RANK 0 with the negative ranks in it (7.0). */
  readonly longLposRankError: boolean
  /** Different members drawn by SRANDMEMBER are a set in RESP3 (6.0); later, an array. */
  readonly randomMembersAreSet: boolean
  /** ZRANGE takes BYSCORE, BYLEX, REV and LIMIT, and the older range commands share its parser (6.2). */
  readonly unifiedZrange: boolean
  /** A negative LIMIT offset into a large sorted set counts from the end of the range (Redis 7.4, Valkey 8.0); elsewhere it skips everything. */
  readonly zrangeOffsetsFromEnd: boolean
  /** ZADD has GT and LT (6.2). */
  readonly zaddComparesScores: boolean
  /** A score of -0 in a packed sorted set is 0 (7.2). */
  readonly packedZeroHasNoSign: boolean
  /** Spaces before a bound of ZRANGEBYSCORE are passed over, as strtod does (until Redis 8.0 took another parser). */
  readonly scoreBoundsSkipSpaces: boolean
  /** Errors of ZUNION and its kin name the command: not at all (6.0), bare (6.2), quoted (7.0). */
  readonly zsetKeysError: 'fixed' | 'bare' | 'quoted'
  /** ZPOPMIN checks its count as LPOP does, and nests pairs in RESP3 (7.0); before, a count below 1 gives an empty array. */
  readonly strictZpopCount: boolean
  /** GEOADD takes NX, XX and CH (6.2). */
  readonly geoaddHasOptions: boolean
  /** COUNT n ANY stops a search at n results (6.2). */
  readonly geoHasAny: boolean
  /** GEOSEARCH takes BYPOLYGON (Valkey 9.1). */
  readonly geoHasPolygons: boolean
  /** A search of a missing key still checks its options, and empties its destination (6.2); before, the answer is an empty array. */
  readonly geoReadsOptionsOfMissingKey: boolean
  /** The refusal to store with options names WITHCOORD (7.0); before, it says WITHCOORDS. */
  readonly geoSaysWithcoord: boolean
  /** A search around a missing member names it (Valkey 9.1). */
  readonly geoNamesMissingMember: boolean
  /** Distances are rounded by scaling (7.2); before, by `%.4f`. */
  readonly distancesAreScaled: boolean
  /** Coordinates are printed as the shortest doubles that read back the same (Redis 8.0); elsewhere with up to 17 decimals. */
  readonly geoPrintsShortest: boolean
  /** XADD has NOMKSTREAM, MINID and LIMIT, XPENDING has IDLE, ranges may be exclusive (6.2). */
  readonly streamsTrimById: boolean
  /** XADD takes `ms-*` (7.0). */
  readonly streamsNumberSequences: boolean
  /** Streams and groups count entries added and read; claiming drops what was deleted from the pending list (7.0). */
  readonly streamsCountEntries: boolean
  /** Consumers know when they last got something, and reading makes a consumer even if there is nothing (7.2). */
  readonly consumersHaveActivity: boolean
  /** XREAD takes `+`, the last entry (Redis 7.4, Valkey 8.0); Redis also says so in the error about unbalanced IDs. */
  readonly xreadTakesLast: boolean
  readonly unbalancedErrorNamesLast: boolean
  /** XREAD with `+` looks for the last ID that the stream gave, and fails where there is none (Valkey); elsewhere, for the last entry. */
  readonly xreadLastGoesById: boolean
  /** The lag of a group that stands before the first entry, if there is one, is the stream's length, whatever it was told it has read (Redis 8.0). */
  readonly lagCountsRemaining: boolean
  /** Groups behind the first entry, or with a deleted entry ahead, count what they have read anew (Redis 8.0, Valkey 8.1); before, only where a deleted entry is between those that remain. */
  readonly recountsReads: boolean
  /** Reading pending entries again counts as a change of the data (Valkey, Redis before 7.4). */
  readonly readingAgainChanges: boolean
  /** ENTRIESREAD of XGROUP is at most the number of entries ever added (Redis 8.2). */
  readonly limitsEntriesRead: boolean
  /** XADD and XTRIM say what becomes of references to what they trim: KEEPREF, DELREF, ACKED (8.2). */
  readonly streamsTrackReferences: boolean
  /** XREADGROUP takes CLAIM, idle entries of others before new ones (8.4). */
  readonly xreadgroupClaims: boolean
  /** XREAD and XREADGROUP take MAXCOUNT and MAXSIZE, limits for all streams together (8.10). */
  readonly xreadLimitsReply: boolean
  /** XADD drops repetitions by IDMP and IDMPAUTO (8.6). */
  readonly streamsAreIdempotent: boolean
  /** AGGREGATE COUNT (8.8). */
  readonly zunionCounts: boolean
}

/** One line a behaviour: which releases have it. */
export function collectionBehaviours(id: TargetId): CollectionBehaviours {
  return {
    smallListsAreListpacks: since(id, 'redis-7.2', 'valkey-7.2'),
    smallSetsAreListpacks: since(id, 'redis-7.2', 'valkey-7.2'),
    zaddUnpacksForLongMembers: since(id, null, 'valkey-8.1'),
    packsInListpacks: since(id, 'redis-7.0', 'valkey-7.2'),
    longLposRankError: since(id, 'redis-7.0', 'valkey-7.2'),
    randomMembersAreSet: id === 'redis-6.0',
    unifiedZrange: since(id, 'redis-6.2', 'valkey-7.2'),
    zrangeOffsetsFromEnd: since(id, 'redis-7.4', 'valkey-8.0'),
    zaddComparesScores: since(id, 'redis-6.2', 'valkey-7.2'),
    packedZeroHasNoSign: since(id, 'redis-7.2', 'valkey-7.2'),
    scoreBoundsSkipSpaces: !since(id, 'redis-8.0', null),
    zsetKeysError: id === 'redis-6.0' ? 'fixed' : id === 'redis-6.2' ? 'bare' : 'quoted',
    strictZpopCount: since(id, 'redis-7.0', 'valkey-7.2'),
    streamsTrimById: since(id, 'redis-6.2', 'valkey-7.2'),
    streamsNumberSequences: since(id, 'redis-7.0', 'valkey-7.2'),
    streamsCountEntries: since(id, 'redis-7.0', 'valkey-7.2'),
    consumersHaveActivity: since(id, 'redis-7.2', 'valkey-7.2'),
    xreadTakesLast: since(id, 'redis-7.4', 'valkey-8.0'),
    unbalancedErrorNamesLast: since(id, 'redis-7.4', null),
    xreadLastGoesById: since(id, null, 'valkey-8.0'),
    lagCountsRemaining: since(id, 'redis-8.0', null),
    recountsReads: since(id, 'redis-8.0', 'valkey-8.1'),
    readingAgainChanges: !since(id, 'redis-7.4', null),
    limitsEntriesRead: since(id, 'redis-8.2', null),
    streamsTrackReferences: since(id, 'redis-8.2', null),
    xreadgroupClaims: since(id, 'redis-8.4', null),
    xreadLimitsReply: since(id, 'redis-8.10', null),
    streamsAreIdempotent: since(id, 'redis-8.6', null),
    zunionCounts: since(id, 'redis-8.8', null),
    geoaddHasOptions: since(id, 'redis-6.2', 'valkey-7.2'),
    geoHasAny: since(id, 'redis-6.2', 'valkey-7.2'),
    geoHasPolygons: since(id, null, 'valkey-9.1'),
    geoReadsOptionsOfMissingKey: since(id, 'redis-6.2', 'valkey-7.2'),
    geoSaysWithcoord: since(id, 'redis-7.0', 'valkey-7.2'),
    geoNamesMissingMember: since(id, null, 'valkey-9.1'),
    distancesAreScaled: since(id, 'redis-7.2', 'valkey-7.2'),
    geoPrintsShortest: since(id, 'redis-8.0', null),
  }
}
