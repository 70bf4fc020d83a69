import { commandTitle } from '../command-title'
import { listSome, tokensOf, userAllows } from './facts'
import { onToken, type LineCheck } from './line'

const showing = ['acl|list', 'acl|getuser']

/** ACL LIST and ACL GETUSER print the password hashes of all users. */
export const aclShowsHashes: LineCheck = {
  code: 'acl-shows-hashes',
  severity: 'warning',
  about: 'bars',
  check: (line) => {
    if (line.user === null || userAllows(line, ['acl|setuser']).length > 0) return []
    const names = userAllows(line, showing)
    const token = tokensOf(line, 0).find(({ word }) => names.some((name) => word === `+${name}`))
    if (token === undefined) return []
    return [
      onToken(
        token,
        `${listSome(names.map(commandTitle))} ${names.length === 1 ? 'prints' : 'print'} every user’s password hashes: whoever reads them can search for a weak password offline.`,
        'ACL WHOAMI, ACL CAT and ACL DRYRUN print none. Give every user a long random password.',
      ),
    ]
  },
}
