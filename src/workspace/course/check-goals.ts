import { parseExpectations } from '../../analysis/expectations/parse'
import { mostGoals, sentencesIn } from './exercise'

/** Returns the number of goals, and a message where they cannot be the goals of an exercise. */
export function checkGoals(expect: string): { readonly count: number; readonly problem: string | null } {
  const count = sentencesIn(expect).length
  const [first] = parseExpectations(expect).problems
  const problem =
    count === 0
      ? 'Write the goals as expectations first.'
      : count > mostGoals
        ? `An exercise has at most ${mostGoals} goals.`
        : first === undefined
          ? null
          : `Line ${first.place.line} of the expectations: ${first.message}`
  return { count, problem }
}
