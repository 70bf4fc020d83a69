import type { WorkspaceState } from '../state'
import type { Goal, Lesson } from './lesson'

/** The most goals of an exercise; more are not graded. */
export const mostGoals = 100

/** The id of the lesson that an exercise is shown as: `#learn/exercise`. */
export const exerciseId = 'exercise'

/** Returns the sentences of an expectations file, one each line, without comments. */
export function sentencesIn(expect: string): readonly string[] {
  return expect.split(/\r\n?|\n/).flatMap((line) => {
    const sentence = line.trim()
    return sentence === '' || sentence.startsWith('#') ? [] : [sentence]
  })
}

/** Returns a workspace with an exercise as a lesson; null where it has none. */
export function lessonOfExercise(state: Pick<WorkspaceState, 'title' | 'note' | 'exercise'>): Lesson | null {
  const { title, note = '', exercise } = state
  if (exercise === undefined) return null
  const { goals, solution } = exercise
  const all = sentencesIn(goals)
    .slice(0, mostGoals)
    .map((sentence): Goal => ({ kind: 'sentence', sentence }))
  return {
    id: exerciseId,
    part: 'first-user',
    title: title ?? 'Exercise',
    text: () => note.split(/\n\s*\n/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()])),
    task: () => '',
    isAvailable: () => true,
    needs: null,
    start: () => ({ files: { acl: '', conf: '' }, connections: [], entries: [] }),
    goals: () => all,
    hints: () => (solution === undefined ? [] : [{ kind: 'solution', text: 'A users.acl that meets the goals:' }]),
    solution: () => ({ files: solution === undefined ? {} : { acl: solution } }),
    wrongAnswers: () => [],
    diagnostics: [],
    checklist: [],
    reference: [],
  }
}
