import type { Target } from '../../targets/target'
import { lessonOf } from '../../workspace/course/course'
import { lessonOfExercise } from '../../workspace/course/exercise'
import { type GoalResult, gradeInSteps } from '../../workspace/course/grade'
import { type ShorterRules, shorterRules } from '../../workspace/course/shorter'
import type { Job } from '../job'
import type { Inputs } from '../protocol'
import { only } from './diagnostics'

/** Grades the files of a lesson, or of an exercise. */
export async function graded(
  { lesson: asked, files }: Inputs['grade'],
  job: Job<'grade'>,
  targets: readonly Target[],
): Promise<readonly GoalResult[]> {
  const lesson = typeof asked === 'string' ? lessonOf(asked) : lessonOfExercise({ exercise: asked })
  if (lesson === null) throw new Error('There is no such lesson.')
  return job.take(gradeInSteps(lesson, only(targets), { files, ran: [] }))
}

/** Looks for shorter rules for users. */
export async function shortened(
  { acl, users }: Inputs['shorten'],
  job: Job<'shorten'>,
  targets: readonly Target[],
): Promise<readonly ShorterRules[]> {
  const target = only(targets)
  const found: ShorterRules[] = []
  for (const user of users) {
    const rules = shorterRules(target, acl, user)
    if (rules !== null) found.push({ user, rules })
    await job.pause()
  }
  return found
}
