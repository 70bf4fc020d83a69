import { defaultTargetId } from '../../targets/infos'
import type { WorkspaceState } from '../../workspace/state'

/**
 * What a first visitor finds: a policy that works, with commands run and one refusal to open. The passwords are the
 * users' names with `_password` behind them.
 */
export const welcome: WorkspaceState = {
  target: defaultTargetId,
  modules: false,
  files: {
    acl: [
      'user default off',
      'user admin on #6d4525c2a21f9be1cca9e41f3aa402e0765ee5fcc3e7fea34a169b1730ae386e ~* &* +@all',
      'user app on #c71e41636af841badcc444673d3f03a0456e73c606e5d25f2b930ed28f9b2061 ~app:* +@read +@write -@dangerous',
      'user monitor on #d1a18bed1bc35bf0205e15575902b76fb1918b90d14f9472a9aad326d2ff16b7 %R~* +@read +ping +info',
      'user worker on #157a704f2e85bed97f84a61f334ffca747eaf8df40eddef0e63f81f070714552 ~jobs:* ~results:* +@list +@string +del (%R~config:* +get)',
      '',
    ].join('\n'),
    conf: 'bind 127.0.0.1 -::1\nprotected-mode yes\nport 6379\naclfile users.acl\n',
  },
  connections: [
    { origin: { kind: 'loopback' }, login: 'app' },
    { origin: { kind: 'loopback' }, login: 'worker' },
  ],
  entries: [
    { on: 0, line: 'SET app:1 42' },
    { on: 0, line: 'GET app:1' },
    { on: 0, line: 'RENAME app:1 secret:1' },
    { on: 0, line: 'FLUSHALL' },
    { on: 1, line: 'LPUSH jobs:mail "to:ada"' },
    { on: 1, line: 'GET config:workers' },
    { on: 1, line: 'SET config:workers 9' },
  ],
}
