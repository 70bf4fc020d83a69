import { onToken, type LineCheck } from './line'

/** A user that is on without a password or nopass: AUTH always fails. */
export const noCredential: LineCheck = {
  code: 'no-credential',
  severity: 'warning',
  check: ({ user, name }) =>
    user !== null && user.enabled && !user.nopass && user.passwords.length === 0
      ? [
          onToken(
            name,
            'This user is on but has no password, so nobody can log in.',
            'Give it a password (>… or #hash), or turn it off.',
          ),
        ]
      : [],
}
