import type { AllowedCommands } from '../../acl/allowed'
import type { Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Role } from '../../acl/role'
import type { Selector } from '../../acl/selector'
import type { User, Users } from '../../acl/users'
import type { Budget } from '../../proof/inclusion'
import { covers } from '../diagnostics/effects'
import { rulesForAll } from '../simplify/commands'
import { draftOf, draftSelectors, printDraft, type DraftSelector } from '../simplify/draft'
import { joinedKeys } from '../simplify/patterns'
import { ruleLines, type RuleLine } from './lines'
import { grantText } from './meaning'

/** A file whose users have the rules of their roles themselves. */
export interface WithoutRoles {
  readonly content: Bytes
  /** The roles whose lines are gone. */
  readonly roles: readonly Bytes[]
  /** Users whose lines changed; `isJoined`: where selectors were joined into root permissions, which may allow more than they did. */
  readonly users: readonly { readonly name: Bytes; readonly isJoined: boolean }[]
}

/** States that the search for selectors which others cover may visit. */
const STATES = 50_000

/** A selector, and how users.acl writes it. */
interface Written {
  readonly selector: Selector
  readonly draft: DraftSelector
}

/**
 * Gives users the rules of their roles and removes the roles: as selectors, or where a server has none, joined into root
 * permissions. Joined permissions, and rules that the server does not know, may allow something else: that is for a comparison
 * to show. Null where the file has no roles, or its server refuses it.
 * @param users the defaults for new users of the file's server
 * @param next those of the server that is to read the result
 * @param hasSelectors false to join selectors
 */
export function withoutRoles(content: Bytes, users: Users, next: Users, hasSelectors: boolean): WithoutRoles | null {
  const loaded = loadAclFile(users, content, 'users.acl')
  if (!loaded.ok || loaded.roles.size === 0) return null
  const lines = ruleLines(content)
  const ofRoles = new Map(
    lines.flatMap((line): [Bytes, readonly Written[]][] => {
      const role = line.of === 'role' ? loaded.roles.get(line.name) : undefined
      return role === undefined ? [] : [[role.name, writtenOf(draftSelectors(line.rules, role), role)]]
    }),
  )
  const budget = { left: STATES }
  const changed: { readonly name: Bytes; readonly isJoined: boolean }[] = []
  const pieces: Bytes[] = []
  let done = 0
  for (const line of lines) {
    const user = line.of === 'user' ? loaded.users.get(line.name) : undefined
    if (user === undefined) {
      pieces.push(content.slice(done, line.start))
      done = line.next
      continue
    }
    const all = selectorsOf(line, user, ofRoles)
    if (user.roles.length === 0 && (hasSelectors || !needsSelectors(user))) continue
    const kept = hasSelectors ? all : joined(all, budget)
    const [root = NOTHING, ...others] = kept.map((one) => forServer(one, next))
    const rules = printDraft({ login: draftOf(line.rules, user).login, selectors: [root, ...others], roles: [] })
    pieces.push(content.slice(done, line.rulesFrom), ...rules.map((rule) => ` ${rule}`))
    done = line.to
    changed.push({ name: user.name, isJoined: !hasSelectors && all.length > 1 })
  }
  return { content: [...pieces, content.slice(done)].join(''), roles: [...loaded.roles.keys()], users: changed }
}

const NOTHING: DraftSelector = { keys: [], channels: [], databases: [], commands: [] }

/** Returns true for a user whose own rules a server without selectors does not know. */
const needsSelectors = ({ own }: User): boolean =>
  own.length > 1 || own.some(({ keys }) => keys.some(({ access }) => access !== 3))

const writtenOf = (drafts: readonly DraftSelector[], { own }: User | Role): readonly Written[] =>
  drafts.flatMap((draft, i): Written[] => {
    const selector = own[i]
    return selector === undefined ? [] : [{ selector, draft }]
  })

/** Returns the selectors that decide for a user, in their order, each once, without those that allow nothing. */
function selectorsOf(line: RuleLine, user: User, ofRoles: ReadonlyMap<Bytes, readonly Written[]>): readonly Written[] {
  const own = writtenOf(draftOf(line.rules, user).selectors, user)
  const grants = new Set<string>()
  return [...own, ...user.roles.flatMap((role) => ofRoles.get(role) ?? [])].filter(({ selector }) => {
    const grant = grantText(selector)
    const { size } = grants
    return grant !== null && grants.add(grant).size > size
  })
}

/** Joins selectors into one, without those that another one covers. */
function joined(all: readonly Written[], budget: Budget): readonly JoinedSelector[] {
  const kept = [...all]
  for (const one of all) {
    const isCovered = kept.some((other) => other !== one && covers(other.selector, one.selector, budget))
    if (isCovered) kept.splice(kept.indexOf(one), 1)
  }
  const [first, ...others] = kept
  if (first === undefined) return []
  const commands: readonly [AllowedCommands, ...AllowedCommands[]] = [
    first.selector.commands,
    ...others.map(({ selector }) => selector.commands),
  ]
  const keys = joinedKeys(
    ...kept.map(({ draft }) => draft.keys.map(({ pattern }) => ({ pattern, access: 3 as const }))),
  )
  return [
    {
      draft: {
        ...first.draft,
        keys,
        commands: others.length === 0 ? first.draft.commands : rulesForAll(commands, budget).rules,
      },
      channels: kept.some(({ selector }) => selector.allChannels) || [
        ...new Set(kept.flatMap(({ selector }) => selector.channels.map(({ pattern }) => pattern))),
      ],
    },
  ]
}

interface JoinedSelector {
  readonly draft: DraftSelector
  /** The patterns of channels; true for all. */
  readonly channels: true | readonly Bytes[]
}

/** Returns a selector as a server writes it: the channels of new selectors depend on the server. */
function forServer(one: Written | JoinedSelector, { space, allChannelsByDefault }: Users): DraftSelector {
  const channels =
    'channels' in one ? one.channels : one.selector.allChannels || one.selector.channels.map(({ pattern }) => pattern)
  const rules = channels === true ? (allChannelsByDefault ? [] : ['&*']) : channels.map((pattern) => `&${pattern}`)
  const reset = allChannelsByDefault && channels !== true ? ['resetchannels'] : []
  return { ...one.draft, channels: space.behaviours.hasChannels ? [...reset, ...rules] : [] }
}
