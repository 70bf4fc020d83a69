import { targetInfos } from '../../targets/infos'
import { isTargetId, type TargetId } from '../../targets/list'
import type { TargetInfo } from '../../targets/target'

/** The release of a server, as it tells it. */
export interface Release {
  readonly product: 'redis' | 'valkey'
  /** `8.0.2`; empty where the server does not tell it. */
  readonly version: string
  /** The name of a fork that is not simulated: `Dragonfly`. Null for Redis and Valkey. */
  readonly fork: string | null
}

/** The target for a server, and a warning where it is not exactly the server's release. */
export interface ChosenTarget {
  readonly id: TargetId
  readonly warning: string | null
}

const forks: readonly (readonly [field: string, name: string])[] = [
  ['dragonfly_version', 'Dragonfly'],
  ['keydb_version', 'KeyDB'],
  ['garnet_version', 'Garnet'],
  ['kvrocks_version', 'Kvrocks'],
]

/** Parses INFO server. */
export function releaseIn(info: string): Release {
  const fields = fieldsIn(info)
  const valkey = fields.get('valkey_version')
  return {
    product: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? fields.get('redis_version') ?? '',
    fork: forks.find(([field]) => fields.has(field))?.[1] ?? null,
  }
}

/** Returns the fields of a reply to INFO by name. */
export function fieldsIn(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
    }),
  )
}

interface Numbers {
  readonly major: number
  readonly minor: number
}

function numbersOf(version: string): Numbers | null {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})(?:[.-]|$)/.exec(version) ?? []
  return major === undefined ? null : { major: Number(major), minor: Number(minor) }
}

const isAtMost = (a: Numbers, b: Numbers): boolean => a.major < b.major || (a.major === b.major && a.minor <= b.minor)

/** Chooses the target of a release: the same major and minor version, or else the newest before it, or the oldest. */
export function chooseTarget(release: Release): ChosenTarget | null {
  const numbers = numbersOf(release.version)
  if (numbers === null) return null
  const exact = `${release.product}-${numbers.major}.${numbers.minor}`
  if (isTargetId(exact))
    return { id: exact, warning: release.fork === null ? null : `${release.fork} is not simulated` }
  const ofProduct = targetInfos.filter(({ product }) => product === release.product)
  const earlier = ofProduct.filter(({ id }) => {
    const own = numbersOf(`${versionIn(id)}.`)
    return own !== null && isAtMost(own, numbers)
  })
  const nearest: TargetInfo | undefined = earlier.at(-1) ?? ofProduct[0]
  return nearest === undefined || !isTargetId(nearest.id)
    ? null
    : { id: nearest.id, warning: `${release.fork ?? 'this release'} is not simulated, ${nearest.label} is the nearest` }
}

const versionIn = (id: TargetId): string => id.slice(id.indexOf('-') + 1)

/** Describes a release: `Redis 8.0.2`. */
export function describeRelease({ product, version, fork }: Release): string {
  return `${fork ?? (product === 'valkey' ? 'Valkey' : 'Redis')} ${version}`
}
