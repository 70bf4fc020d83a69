import { defaultTargetId } from '../../targets/infos'
import type { Target } from '../../targets/target'
import type { WorkspaceFiles, WorkspaceState } from '../../workspace/state'

/** The properties of a version that the example's rules depend on: a version rejects rules that it does not know. */
export interface Dialect {
  readonly hasChannels: boolean
  readonly allChannelsByDefault: boolean
  readonly hasSelectors: boolean
  readonly hasClusterScan: boolean
}

const newest: Dialect = { hasChannels: true, allChannelsByDefault: false, hasSelectors: true, hasClusterScan: false }

const dialectOf = ({ behaviours, table }: Target): Dialect => ({
  ...behaviours,
  hasClusterScan: table.find('clusterscan') !== undefined,
})

const line = (...rules: readonly (string | false)[]): string => rules.filter((rule) => rule !== false).join(' ')

/**
 * A policy to start from: each user has keys of its own and no command that reaches beyond them, but for one slip that
 * the page points out: monitor learns the names of all keys. The passwords are the users' names with `_password` behind them.
 */
function rulesIn({ hasChannels, allChannelsByDefault, hasSelectors, hasClusterScan }: Dialect): string {
  const silent = allChannelsByDefault && 'resetchannels'
  return [
    line('user default off', silent),
    line(
      'user admin on #6d4525c2a21f9be1cca9e41f3aa402e0765ee5fcc3e7fea34a169b1730ae386e ~*',
      hasChannels && '&*',
      '+@all',
    ),
    line(
      'user app on #c71e41636af841badcc444673d3f03a0456e73c606e5d25f2b930ed28f9b2061',
      silent,
      '~app:* +@read +@write +@connection',
      // FUNCTION LOAD and FUNCTION FLUSH are writes, and change what others call. Before functions @write held no script.
      hasSelectors && '-@scripting',
      // Its broadcasts name keys outside the patterns. Before 7.0 all of CLIENT is in @dangerous.
      hasSelectors && '-client|tracking',
      '-@dangerous -scan -randomkey -dbsize',
      hasClusterScan && '-clusterscan',
    ),
    line(
      'user monitor on #d1a18bed1bc35bf0205e15575902b76fb1918b90d14f9472a9aad326d2ff16b7',
      silent,
      hasSelectors ? '%R~stats:*' : '~stats:*',
      '+@read +ping +info',
    ),
    line(
      'user worker on #157a704f2e85bed97f84a61f334ffca747eaf8df40eddef0e63f81f070714552',
      silent,
      '~jobs:* ~results:* +@connection +@list +@string +del -@dangerous',
      hasSelectors && '-client|tracking',
      hasSelectors && '(%R~config:* +get)',
    ),
    '',
  ].join('\n')
}

function expectationsIn({ hasSelectors }: Dialect): string {
  return [
    '# What must hold, whatever becomes of the rules.',
    'app can SET app:1 42',
    'app can GET app:1',
    'app cannot RENAME app:1 secret:1 because key',
    'app cannot KEYS * because command',
    'app cannot FLUSHALL because command',
    'worker can LPUSH jobs:mail to:ada',
    hasSelectors ? 'worker can GET config:workers' : 'worker cannot GET config:workers because key',
    'worker cannot SET config:workers 9 because key',
    'monitor can INFO',
    'monitor cannot CONFIG GET requirepass because command',
    'default cannot log in because off',
    '',
  ].join('\n')
}

const filesIn = (dialect: Dialect): WorkspaceFiles => ({
  acl: rulesIn(dialect),
  conf: 'bind 127.0.0.1\nprotected-mode yes\nport 6379\naclfile users.acl\n',
  expect: expectationsIn(dialect),
})

/** The example's files, written for one target. */
export const welcomeFiles = (target: Target): WorkspaceFiles => filesIn(dialectOf(target))

/** The first visitor's workspace: a policy that works, commands that ran, one denial to open and one warning with its fix. */
export const welcome: WorkspaceState = {
  target: defaultTargetId,
  modules: false,
  files: filesIn(newest),
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

/**
 * The example's files for another target, where they are not the same there; null where they are, or where the files in
 * hand are not the example any more. Expectations stay as they are once they were edited.
 */
export function welcomeFor(files: WorkspaceFiles, from: Target, to: Target): WorkspaceFiles | null {
  const [before, after] = [welcomeFiles(from), welcomeFiles(to)]
  if (files.acl !== before.acl || before.acl === after.acl) return null
  return { ...files, acl: after.acl, ...(files.expect === before.expect && { expect: after.expect }) }
}
