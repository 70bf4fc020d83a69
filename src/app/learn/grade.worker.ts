import type { Target } from '../../targets/target'
import { unpackTarget } from '../../targets/unpack'
import { lessonOf } from '../../workspace/course/course'
import { lessonOfExercise } from '../../workspace/course/exercise'
import { grade } from '../../workspace/course/grade'
import { shorterRules } from '../../workspace/course/shorter'
import type { GradeAnswer, GradeRequest } from './protocol'

/** The part of the worker's global scope in use; the DOM types only describe a page's. */
interface Scope {
  onmessage: ((event: MessageEvent<GradeRequest>) => void) | null
  postMessage(answer: GradeAnswer): void
}
const scope = self as unknown as Scope

let target: Target | null = null

function answer(request: GradeRequest): GradeAnswer {
  if (request.target !== undefined) target = unpackTarget(request.target.id, request.target.tables)
  const { files, shorten } = request
  const lesson =
    typeof request.lesson === 'string' ? lessonOf(request.lesson) : lessonOfExercise({ exercise: request.lesson })
  if (target === null || lesson === null) return { kind: 'failed' }
  const known = target
  if (shorten.length === 0) return { kind: 'graded', results: grade(lesson, known, { files, ran: [] }) }
  return {
    kind: 'shortened',
    shorter: shorten.flatMap((user) => {
      const rules = shorterRules(known, files.acl, user)
      return rules === null ? [] : [{ user, rules }]
    }),
  }
}

scope.onmessage = ({ data }) => {
  try {
    scope.postMessage(answer(data))
  } catch {
    scope.postMessage({ kind: 'failed' })
  }
}
