import { channelsByDefault } from './channels-by-default'
import { commandsNoKeys } from './commands-no-keys'
import { dangerousResidue } from './dangerous-residue'
import { emptyPassword } from './empty-password'
import { emptyPattern } from './empty-pattern'
import { exactNotPrefix } from './exact-not-prefix'
import { firstargDeprecated } from './firstarg-deprecated'
import { hashAsPassword } from './hash-as-password'
import { keysCommandLeaks } from './keys-command-leaks'
import { keysNoCommands } from './keys-no-commands'
import type { Advice } from './line'
import { missingOn } from './missing-on'
import { noCredential } from './no-credential'
import { noDelimiter } from './no-delimiter'
import { openUser } from './open-user'
import { orderCancels } from './order-cancels'
import { overriddenPassword } from './overridden-password'
import { plaintextPassword } from './plaintext-password'
import { privilegeEscalation } from './privilege-escalation'
import { pubsubNoChannels } from './pubsub-no-channels'
import { quotedToken } from './quoted-token'
import { selectorsDontUnion } from './selectors-dont-union'
import { shadowedPattern } from './shadowed-pattern'
import { shellGlob } from './shell-glob'
import { targetMismatch } from './target-mismatch'
import { unclosedBracket } from './unclosed-bracket'
import { weakPassword } from './weak-password'

/** Every piece of advice about one user line. */
export const catalogue: readonly Advice[] = [
  openUser, emptyPassword, hashAsPassword, plaintextPassword, weakPassword, overriddenPassword, missingOn, noCredential, quotedToken,
  commandsNoKeys, keysNoCommands, pubsubNoChannels, channelsByDefault, keysCommandLeaks, privilegeEscalation, dangerousResidue,
  orderCancels, shadowedPattern, selectorsDontUnion, firstargDeprecated,
  shellGlob, noDelimiter, exactNotPrefix, unclosedBracket, emptyPattern, targetMismatch,
]
