import type { FileCheck } from './acl-file'
import { clientGreeting } from './client-greeting'
import { droppedComments } from './dropped-comments'
import { loadDisconnects } from './load-disconnects'
import { missingDefault } from './missing-default'
import { nobodyMayRunAcl } from './nobody-may-run-acl'
import { repeatedUser } from './repeated-user'
import { roleNamedAsUser, unusedRole } from './role-names'
import { saveWouldRewrite } from './save-would-rewrite'
import { sharedFunctions } from './shared-functions'
import { sharedPassword } from './shared-password'

/** The checks of users.acl as a whole. */
export const fileCatalogue: readonly FileCheck[] = [
  missingDefault,
  nobodyMayRunAcl,
  sharedPassword,
  sharedFunctions,
  repeatedUser,
  unusedRole,
  roleNamedAsUser,
  droppedComments,
  loadDisconnects,
  saveWouldRewrite,
  clientGreeting,
]
