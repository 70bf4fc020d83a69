import type { Bytes } from '../acl/bytes'
import type { Span } from '../acl/decision'
import type { Users } from '../acl/users'

/** Applies `requirepass`, which sets the default user's only password, or none (ACLUpdateDefaultUserPassword). */
export function updateDefaultPassword(users: Users, password: Bytes, span: Span | null): void {
  const user = users.default.copy()
  user.apply('resetpass')
  if (password === '') user.apply('nopass')
  else user.applyAsRule({ text: `>${password}`, span })
  users.default.assign(user)
  users.changed()
}
