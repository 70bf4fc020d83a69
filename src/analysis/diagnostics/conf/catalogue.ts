import { bindEverywhere } from './bind-everywhere'
import type { ConfCheck } from './conf-file'
import { notReplicated } from './not-replicated'
import { passwordInReach } from './password-in-reach'
import { protectedDirectives } from './protected-directives'
import { protectedModeOff } from './protected-mode-off'
import { renameCommand } from './rename-command'
import { requirepassIgnored } from './requirepass-ignored'
import { requirepassWeak } from './requirepass-weak'

/** The checks of redis.conf. */
export const confCatalogue: readonly ConfCheck[] = [
  requirepassIgnored,
  requirepassWeak,
  renameCommand,
  bindEverywhere,
  protectedModeOff,
  protectedDirectives,
  notReplicated,
  passwordInReach,
]
