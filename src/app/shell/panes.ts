import type { Component } from 'svelte'
import type { FileTab, LowerTab } from '../state/Layout.svelte'

/** A file of the left pane. */
export interface FilePane {
  readonly id: FileTab
  readonly title: string
  readonly keys: string
  readonly synonyms: readonly string[]
}

/** A tab of the lower pane. */
export interface LowerPane {
  readonly id: LowerTab
  readonly title: string
  /** The name on a phone, where the pane has a button of its own there. */
  readonly short: string | null
  /** The action that shows it. */
  readonly action: string
  readonly synonyms: readonly string[]
  readonly load: () => Promise<{ readonly default: Component }>
  /** True where the pane scrolls as a whole, so that the keyboard must reach it. */
  readonly scrolls: boolean
}

export const filePanes: readonly FilePane[] = [
  { id: 'acl', title: 'users.acl', keys: 'Alt 1', synonyms: ['rules', 'users', 'aclfile'] },
  { id: 'conf', title: 'redis.conf', keys: 'Alt 2', synonyms: ['valkey.conf', 'configuration', 'settings'] },
  { id: 'expect', title: 'Expectations', keys: 'Alt 4', synonyms: ['users.expect', 'tests', 'assertions'] },
]

export const lowerPanes: readonly LowerPane[] = [
  {
    id: 'log',
    title: 'ACL LOG',
    short: 'Log',
    action: 'Show ACL LOG',
    synonyms: ['denied', 'noperm', 'refused', 'security log', 'audit'],
    load: () => import('../log/LogTable.svelte'),
    scrolls: true,
  },
  {
    id: 'keys',
    title: 'Keyspace',
    short: 'Keys',
    action: 'Show the keyspace',
    synonyms: ['keys', 'data', 'values', 'ttl'],
    load: () => import('../keyspace/KeyTable.svelte'),
    scrolls: true,
  },
  {
    id: 'user',
    title: 'User',
    short: null,
    action: 'Edit a user as a form',
    synonyms: ['form', 'password', 'keys', 'selector', 'commands', 'checkboxes'],
    load: () => import('../user-form/UserForm.svelte'),
    scrolls: true,
  },
  {
    id: 'permissions',
    title: 'Permissions',
    short: null,
    action: 'Show the permissions of every user',
    synonyms: ['matrix', 'grid', 'who can', 'access', 'user names', 'noperm', 'categories'],
    load: () => import('../permissions/PermissionsPane.svelte'),
    scrolls: false,
  },
  {
    id: 'coverage',
    title: 'Coverage',
    short: null,
    action: 'Show the coverage of the rules',
    synonyms: ['unused', 'dead', 'rules that nothing needed'],
    load: () => import('../coverage/CoveragePane.svelte'),
    scrolls: true,
  },
]
