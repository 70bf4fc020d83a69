/** Differences between servers in the ACL engine, as named facts. The releases that have each are data in `targets/`. */
export interface AclBehaviours {
  /** `&pattern` rules exist (6.2). */
  readonly hasChannels: boolean
  /** PSUBSCRIBE's pattern is compared with those granted up to its first NUL only (7.0). */
  readonly subscribedPatternEndsAtNul: boolean
  /** A new user starts with `allchannels` (6.2 only). */
  readonly allChannelsByDefault: boolean
  /** Selectors, `%R~` and `%W~` exist (7.0). */
  readonly hasSelectors: boolean
  /** Subcommands are commands of their own: `-config|set` works (7.0). Before, `+config|get` is a first-argument rule. */
  readonly hasSubcommandRules: boolean
  /** A user's command rules are kept as written and printed so (7.2). Before, they are worked out again from the allowed set. */
  readonly keepsRuleHistory: boolean
  /** `db=`, `alldbs`, `resetdbs` (Valkey 9.1). */
  readonly hasDatabases: boolean
  /** Roles, which users hold with `role=` (Valkey 9.2). */
  readonly hasRoles: boolean
  /** Lines starting with `#` in an ACL file are dropped rather than refused (8.8). */
  readonly commentsInAclFile: boolean
  /** `+cmd|sub` is refused where the whole command is allowed already (6.0). */
  readonly refusesFullThenSub: boolean
  /** `sanitize-payload` and `skip-sanitize-payload` exist (6.2). */
  readonly hasSanitizePayload: boolean
  /** New users carry the `sanitize-payload` flag (7.2). Before, only users who were given it, by `reset` too. */
  readonly sanitizesByDefault: boolean
  /** The `sanitize-payload` flags are printed (until Valkey 9.1). */
  readonly printsSanitizePayload: boolean
  /** An ACL file may name a user once, and each line's first plain error is reported, unknown commands by name (7.0). */
  readonly strictAclFile: boolean
  /** The wording of denials: that of 6.x, of 7.0, or of 7.2 and all later servers. */
  readonly refusalWords: '6' | '7.0' | '7.2'
  /** ACL LOG entries have ids and timestamps (7.2). */
  readonly aclLogHasIds: boolean
  /** ACL LOAD keeps the connections of users that are still there (7.4, Valkey 8.0). Before, all but the default user's are closed. */
  readonly loadKeepsConnections: boolean
  /** The text of ACL HELP, by the release that it came with. */
  readonly aclHelp: '6.0' | '6.2' | '7.0' | '7.2' | '9.1' | '9.2'
  /** The product is called Redis in the error of ACL SAVE without a file (until Valkey 8). */
  readonly aclFileErrorNamesRedis: boolean
  /** `%~pattern`, which gives neither reading nor writing, is accepted (7.0; that server then dies on printing it). */
  readonly acceptsEmptyKeyAccess: boolean
  /** `%` by itself is accepted: an empty pattern that gives neither reading nor writing (until Redis 7.4 and Valkey 8.0). */
  readonly acceptsBarePercent: boolean
}
