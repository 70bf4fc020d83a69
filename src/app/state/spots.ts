import type { Decision, Rule } from '../../acl/decision'
import { explain } from '../../analysis/explain'
import { ruleKind } from '../../analysis/phrase'
import type { Spot } from '../../editor/spotlight'
import type { SimulatedServer } from '../../server/server'

/** The rules to light up for a decision: those that decided; where no rule did, those that fell short. */
export function spotsOf(decision: Decision, server: SimulatedServer | null): readonly Spot[] {
  const verdict = decision.allowed ? 'allowed' : 'refused'
  const { deciding } = explain(decision)
  const spots = toSpots(deciding, verdict)
  if (spots.length > 0 || server === null) return spots
  const selector = server.users.get(decision.user)?.selectors[decision.decidedBy]
  if (selector === undefined) return []
  const kind = decision.reason === 'key' ? 'key' : decision.reason === 'channel' ? 'chan' : null
  const short =
    kind === null
      ? []
      : toSpots(
          selector.rules.filter((rule) => ruleKind(rule.text) === kind),
          'refused',
        )
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
