import type { FileCheck } from './acl-file'

/** ACL LOAD disconnects clients on servers before Redis 7.4 and Valkey 8. */
export const loadDisconnects: FileCheck = {
  code: 'load-disconnects',
  severity: 'info',
  check: ({ lines, target }) => {
    if (target.behaviours.loadKeepsConnections) return []
    const line = lines.find(({ checked }) => checked.name !== null && checked.name.text !== 'default')
    const name = line?.checked.name
    if (line === undefined || !name) return []
    return [
      {
        message: `On ${target.label}, ACL LOAD of this file closes every connection except those of default, even where the user did not change.`,
        hint: 'ACL SETUSER changes one user and keeps connections. Redis 7.4 and Valkey 8.0 close only connections of users that were removed or that lost a channel they are subscribed to.',
        line: line.number,
        from: line.from + name.from,
        to: line.from + name.to,
        user: null,
        fixes: [],
      },
    ]
  },
}
