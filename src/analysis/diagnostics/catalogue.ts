import { aclShowsHashes } from './acl-shows-hashes'
import { alwaysAllowed } from './always-allowed'
import { channelsByDefault } from './channels-by-default'
import { clientHandshake, clientNeeds } from './client-handshake'
import { clusterSubcommands } from './cluster-subcommands'
import { commandsNoKeys } from './commands-no-keys'
import { consumerGroups } from './consumer-groups'
import { dangerousResidue } from './dangerous-residue'
import { dbDefault0 } from './db-default-0'
import { dbReplaces } from './db-replaces'
import { disturbsOthers } from './disturbs-others'
import { emptyPassword } from './empty-password'
import { emptyPattern } from './empty-pattern'
import { exactNotPrefix } from './exact-not-prefix'
import { firstargDeprecated } from './firstarg-deprecated'
import { hashAsPassword } from './hash-as-password'
import { keysCommandLeaks } from './keys-command-leaks'
import { keysNoCommands } from './keys-no-commands'
import { leadingStar } from './leading-star'
import type { LineCheck } from './line'
import { missingOn } from './missing-on'
import { multiWithoutExec } from './multi-without-exec'
import { negatedClass } from './negated-class'
import { negatedPattern } from './negated-pattern'
import { noCredential } from './no-credential'
import { noDelimiter } from './no-delimiter'
import { openUser } from './open-user'
import { orderCancels } from './order-cancels'
import { overriddenFlag } from './overridden-flag'
import { overriddenPassword } from './overridden-password'
import { passwordLikeRule } from './password-like-rule'
import { placeholder } from './placeholder'
import { plaintextPassword } from './plaintext-password'
import { privilegeEscalation } from './privilege-escalation'
import { psubscribeLiteral } from './psubscribe-literal'
import { pubsubNoChannels } from './pubsub-no-channels'
import { quotedToken } from './quoted-token'
import { readWriteGaps } from './read-write-gaps'
import { redundantSelector } from './redundant-selector'
import { redundantToken } from './redundant-token'
import { repeatedPassword } from './repeated-password'
import { roleOpensAll } from './role-opens-all'
import { roleUndoesDeny } from './role-undoes-deny'
import { scriptKeys } from './script-keys'
import { selectFirstargBypass } from './select-firstarg-bypass'
import { selectorsDontUnion } from './selectors-dont-union'
import { shadowedPattern } from './shadowed-pattern'
import { shellGlob } from './shell-glob'
import { sortNeedsAllKeys } from './sort-needs-all-keys'
import { sortOtherKeys } from './sort-other-keys'
import { splitAccess } from './split-access'
import { targetMismatch } from './target-mismatch'
import { typeCategoryGaps } from './type-category-gaps'
import { uncheckedRestore } from './unchecked-restore'
import { unclosedBracket } from './unclosed-bracket'
import { unloadableList } from './unloadable-list'
import { uselessAccess } from './useless-access'
import { voidedPattern } from './voided-pattern'
import { weakPassword } from './weak-password'

/** The checks of one user line. */
export const catalogue: readonly LineCheck[] = [
  placeholder,
  openUser,
  emptyPassword,
  hashAsPassword,
  passwordLikeRule,
  plaintextPassword,
  weakPassword,
  repeatedPassword,
  overriddenPassword,
  missingOn,
  overriddenFlag,
  noCredential,
  quotedToken,
  commandsNoKeys,
  keysNoCommands,
  uselessAccess,
  pubsubNoChannels,
  channelsByDefault,
  psubscribeLiteral,
  keysCommandLeaks,
  sortOtherKeys,
  sortNeedsAllKeys,
  splitAccess,
  consumerGroups,
  scriptKeys,
  privilegeEscalation,
  aclShowsHashes,
  roleUndoesDeny,
  roleOpensAll,
  dangerousResidue,
  disturbsOthers,
  uncheckedRestore,
  readWriteGaps,
  typeCategoryGaps,
  clientHandshake,
  clientNeeds,
  clusterSubcommands,
  multiWithoutExec,
  alwaysAllowed,
  orderCancels,
  redundantToken,
  redundantSelector,
  shadowedPattern,
  voidedPattern,
  selectorsDontUnion,
  firstargDeprecated,
  selectFirstargBypass,
  dbReplaces,
  dbDefault0,
  shellGlob,
  negatedPattern,
  negatedClass,
  leadingStar,
  noDelimiter,
  exactNotPrefix,
  unclosedBracket,
  emptyPattern,
  unloadableList,
  targetMismatch,
]
