import { toText, type Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import { explain } from '../../analysis/explain'
import { channelReach, patternReach, type Reach } from '../../analysis/key-access/reach'
import { typedLine } from '../../analysis/typed-line'
import { channelUses, type Need } from '../../proof/reached'
import type { SimulatedServer } from '../../server/server'
import { evidence, type Answer, type Evidence, type UserAnswer, type Verdict } from './answer'
import { headOf, whoText } from './lines'

type Extent = Reach<string>['extents'][string]

/** Answers whether a user, or who, can read, write or access the keys of a pattern. */
export function answerKeys(server: SimulatedServer, user: Bytes | null, need: Need, pattern: Bytes): Answer {
  const found = Array.from(patternReach(server, pattern), (reach) => ({
    reach,
    ...ofExtent(server, reach.user, reach.extents[need], `${need} ${keysOf(pattern)}`),
  }))
  return gathered(found, user, 'key')
}

/** Answers whether a user, or who, can publish to or receive from the channels of a pattern. */
export function answerChannels(server: SimulatedServer, user: Bytes | null, pattern: Bytes): Answer {
  const found = Array.from(channelReach(server, pattern), (reach) => {
    const uses = channelUses.map((use) =>
      ofExtent(server, reach.user, reach.extents[use], `${words[use]} ${toText(pattern)}`),
    )
    const able = uses.filter(({ verdict }) => verdict === 'yes' || verdict === 'some')
    const verdict =
      (['yes', 'some', 'undecided', 'no'] as const).find((one) => uses.some((use) => use.verdict === one)) ?? 'no'
    const shown = able.length > 0 ? able : uses.filter((use) => use.verdict === verdict).slice(0, 1)
    const rules = new Map(
      able.flatMap((use) => use.rules.map((one) => [`${one.place?.from} ${one.rule}`, one] as const)),
    )
    return { reach, verdict, text: shown.map(({ text }) => text).join(' '), rules: [...rules.values()] }
  })
  return gathered(found, user, 'channel')
}

const words = { publish: 'publish to', subscribe: 'subscribe to', psubscribe: 'subscribe by pattern to' } as const

const keysOf = (pattern: Bytes): string =>
  /[*?[\\]/.test(pattern) ? `every key of ${toText(pattern)}` : `the key ${toText(pattern)}`

interface Found {
  readonly reach: Reach<string>
  readonly verdict: Verdict
  readonly text: string
  readonly rules: readonly Evidence[]
}

function gathered(found: readonly Found[], user: Bytes | null, what: string): Answer {
  if (user !== null) {
    const one = found.find(({ reach }) => reach.user.name === user)
    if (one === undefined) return { verdict: 'no', text: `There is no user ${toText(user)}.` }
    const way = one.verdict === 'yes' ? undefined : one.reach.escalations[0]
    const around = way === undefined ? '' : ` But it can ${way.what} (${way.argv.join(' ').toUpperCase()}).`
    return { verdict: one.verdict, text: `${headOf(one.verdict)} ${one.text}${around}`, rules: one.rules }
  }
  const users = found.flatMap(({ reach, verdict, text, rules }): UserAnswer[] =>
    verdict === 'no' ? [] : [{ name: toText(reach.user.name), verdict, text, rules }],
  )
  const others = found.flatMap(({ reach, verdict }) =>
    verdict !== 'yes' && reach.escalations.length > 0 ? [toText(reach.user.name)] : [],
  )
  const around =
    others.length === 0
      ? ''
      : ` Around the rules about ${what}s, such as by changing rules or watching other clients: ${others.join(', ')}.`
  return { verdict: null, text: `${whoText(users, [])}${around}`, users }
}

function ofExtent(server: SimulatedServer, user: User, extent: Extent | undefined, what: string): Omit<Found, 'reach'> {
  const name = toText(user.name)
  if (extent === undefined || extent.kind === 'none')
    return { verdict: 'no', text: `No command line that the rules of ${name} allow does.`, rules: [] }
  const line = extent.line?.line ?? null
  const decision = line === null ? null : server.judge(user, line.argv, { db: line.db })
  const rules = decision === null ? [] : evidence(explain(decision).deciding)
  const example = line === null ? '' : `, for example by ${toText(typedLine(server, line).text)}`
  switch (extent.kind) {
    case 'all':
      return { verdict: 'yes', text: `${name} can ${what}${example}.`, rules }
    case 'some':
      return {
        verdict: 'some',
        text: `${name} can ${what.replace('every key', 'some keys')}${example}, but not ${toText(extent.missing)}.`,
        rules,
      }
    case 'undecided':
      return { verdict: 'undecided', text: `The rules of ${name} are too entangled to search through.`, rules }
  }
}
