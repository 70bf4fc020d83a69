import type { FileAdvice } from './acl-file'
import { clientGreeting } from './client-greeting'
import { droppedComments } from './dropped-comments'
import { loadDisconnects } from './load-disconnects'
import { missingDefault } from './missing-default'
import { nobodyMayRunAcl } from './nobody-may-run-acl'
import { repeatedUser } from './repeated-user'
import { saveWouldRewrite } from './save-would-rewrite'
import { sharedFunctions } from './shared-functions'
import { sharedPassword } from './shared-password'

/** Every piece of advice about users.acl as a whole. */
export const fileCatalogue: readonly FileAdvice[] = [
  missingDefault,
  nobodyMayRunAcl,
  sharedPassword,
  sharedFunctions,
  repeatedUser,
  droppedComments,
  loadDisconnects,
  saveWouldRewrite,
  clientGreeting,
]
