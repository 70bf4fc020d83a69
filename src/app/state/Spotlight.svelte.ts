import type { Decision, Rule } from '../../acl/decision'
import { explain } from '../../analysis/explain'
import { ruleKind } from '../../analysis/phrase'
import type { Spot } from '../../editor/spotlight'
import type { SimulatedServer } from '../../server/server'
import type { Entry } from './Entry.svelte'

/** The rules to light up for a decision: those that decided; where no rule did, those that fell short. */
export function spotsOf(decision: Decision, server: SimulatedServer | null): readonly Spot[] {
  const verdict = decision.allowed ? 'allowed' : 'refused'
  const { deciding } = explain(decision)
  const spots = toSpots(deciding, verdict)
  if (spots.length > 0 || server === null) return spots
  const selector = server.users.get(decision.user)?.selectors[decision.decidedBy]
  if (selector === undefined) return []
  const kind = decision.reason === 'key' ? 'key' : decision.reason === 'channel' ? 'chan' : null
  const short = kind === null ? [] : toSpots(selector.rules.filter((rule) => ruleKind(rule.text) === kind), 'refused')
  if (short.length > 0) return short
  const place = selector.rules.find((rule) => rule.span !== null)?.span
  return place ? [{ span: { ...place, to: place.from }, verdict: 'neutral' }] : []
}

function toSpots(rules: readonly Rule[], verdict: Spot['verdict']): Spot[] {
  const seen = new Set<number>()
  return rules.flatMap(({ span }) => {
    if (span === null || span.source === 'command' || seen.has(span.from)) return []
    seen.add(span.from)
    return [{ span, verdict }]
  })
}

/** Which entry's rules are lit up in the editors: the one pointed at, else the one opened last. */
export class Spotlight {
  #pointed = $state.raw<Entry | null>(null)
  #opened = $state.raw<Entry | null>(null)
  readonly #server: () => SimulatedServer | null
  readonly #spots = $derived.by<readonly Spot[]>(() => {
    const entry = this.#pointed ?? this.#opened
    return entry?.now ? spotsOf(entry.now, this.#server()) : []
  })
  readonly acl = $derived(this.#spots.filter(({ span }) => span.source === 'users.acl'))
  readonly conf = $derived(this.#spots.filter(({ span }) => span.source === 'redis.conf'))

  constructor(server: () => SimulatedServer | null) {
    this.#server = server
  }

  point(entry: Entry | null): void {
    this.#pointed = entry
  }

  /** An entry was opened, or closed again. */
  toggled(entry: Entry): void {
    if (entry.open) this.#opened = entry
    else if (this.#opened === entry) this.#opened = null
  }

  putOut(): void {
    this.#pointed = this.#opened = null
  }
}
