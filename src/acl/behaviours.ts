/** What differs between servers in the ACL engine itself. Named facts; which release has which is data in `targets/`. */
export interface AclBehaviours {
  /** `&pattern` rules exist (6.2). */
  readonly hasChannels: boolean
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
  /** Lines starting with `#` in an ACL file are dropped rather than refused (8.8). */
  readonly commentsInAclFile: boolean
}
