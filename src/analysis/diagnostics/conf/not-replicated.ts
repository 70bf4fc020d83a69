import { all, type ConfCheck } from './conf-file'

/** Replicas and cluster nodes have users of their own. */
export const notReplicated: ConfCheck = {
  code: 'not-replicated',
  severity: 'info',
  check: (conf) => {
    const cluster = all(conf, 'cluster-enabled').find(({ values }) => values[0]?.toLowerCase() === 'yes')
    const replica = all(conf, 'replicaof')[0] ?? all(conf, 'slaveof')[0]
    const one = cluster ?? replica
    if (one === undefined) return []
    return [
      {
        message: `ACL rules are not ${cluster === undefined ? 'replicated: a replica has its own users' : 'shared in a cluster: every node has its own users'}.`,
        hint: `Copy the same users.acl to every ${cluster === undefined ? 'replica' : 'node'} and run ACL LOAD there.`,
        span: one.line.span,
        fixes: [],
      },
    ]
  },
}
