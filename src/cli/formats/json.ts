import { locationOf, type Problem } from '../problem'

/** Converts a diagnostic for the JSON formats; `place` is null where it is about the whole file. */
export function jsonProblem(problem: Problem): Readonly<Record<string, unknown>> {
  const { code, severity, message, notes, source, place } = problem
  return { file: source.name, place: place === null ? null : locationOf(problem), code, severity, message, notes }
}

export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
