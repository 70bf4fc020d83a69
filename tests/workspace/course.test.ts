import { describe, expect, test } from 'vitest'
import { parseExpectations } from '../../src/analysis/expectations/parse'
import { loadTarget } from '../../src/targets/load'
import { targets } from '../../src/targets/list'
import { course, goalText, lessonState, type Lesson } from '../../src/workspace/course/course'
import { grade, type GoalResult } from '../../src/workspace/course/grade'
import { readState } from '../../src/workspace/read-state'
import { tryOut, workOn } from './course-run'

const ids = targets.map(({ id }) => id)
const named = course.map((lesson) => [lesson.id, lesson] as const)

const unmet = (lesson: Lesson, id: (typeof ids)[number], results: readonly GoalResult[]): string[] =>
  results.flatMap(({ met, message, counterexample }, i) => {
    const goal = lesson.goals(id)[i]
    return met || goal === undefined
      ? []
      : [`${id}: ${goalText(goal)}: ${message ?? counterexample?.text ?? 'not done'}`]
  })

/** Wrong answers that no command line shows: the server does not start, or the mistake is not in the learner's files. */
const withoutLine = new Set([
  'acl-file: leaves the bad rule',
  'expectations: writes only examples of what works',
  'expectations: forgets the default user',
])

describe.each(named)('%s', (_, lesson) => {
  const available = ids.filter((id) => lesson.isAvailable(id))

  test('opens as a workspace whose goals are not all met', async () => {
    for (const id of available) {
      const state = lessonState(lesson, id)
      expect(readState(state)).toEqual(state)
      const results = grade(lesson, await loadTarget(id), await workOn(lesson, id))
      expect(results).toHaveLength(lesson.goals(id).length)
      expect(unmet(lesson, id, results)).not.toEqual([])
    }
  })

  test('is passed by its solution', async () => {
    for (const id of available) {
      const results = grade(lesson, await loadTarget(id), await workOn(lesson, id, lesson.solution(id)))
      expect(unmet(lesson, id, results)).toEqual([])
    }
  })

  test('is not passed by typical wrong answers, each with a command line that the engine confirms', async () => {
    for (const id of available) {
      const wrong = lesson.wrongAnswers(id)
      expect(wrong.length).toBeGreaterThanOrEqual(3)
      for (const answer of wrong) {
        const work = await workOn(lesson, id, answer)
        const results = grade(lesson, await loadTarget(id), work)
        const failed = unmet(lesson, id, results)
        expect([answer.what, failed.length > 0]).toEqual([answer.what, true])
        const lines = results.flatMap(({ counterexample }) => (counterexample?.says != null ? [counterexample] : []))
        const isShown = lines.length > 0 || withoutLine.has(`${lesson.id}: ${answer.what}`)
        expect([id, answer.what, isShown, failed]).toEqual([id, answer.what, true, failed])
        expect(results.filter(({ undecided }) => undecided)).toEqual([])
        for (const counterexample of lines) {
          const { user, line, says } = counterexample
          expect([id, answer.what, user, line, await tryOut(id, work.files, counterexample)]).toEqual([
            id,
            answer.what,
            user,
            line,
            says,
          ])
        }
      }
    }
  })

  test('has goals that parse, and three hints', () => {
    for (const id of available) {
      for (const goal of lesson.goals(id))
        if (goal.kind === 'sentence') expect(parseExpectations(goal.sentence).problems).toEqual([])
      expect(lesson.hints(id).map(({ kind }) => kind)).toEqual(['idea', 'rule', 'solution'])
    }
  })
})
