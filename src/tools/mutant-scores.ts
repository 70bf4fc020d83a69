/** A mutant in Stryker's report. */
export interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: Place; readonly end: Place }
}

interface Place {
  readonly line: number
  readonly column: number
}

/** A mutant that no test can kill, since nothing that can be observed differs. */
export interface Equivalent {
  readonly file: string
  /** The text that the mutant replaces. */
  readonly code: string
  /** The texts that stand there instead. */
  readonly mutants: readonly string[]
  readonly reason: string
}

export interface Score {
  readonly killed: number
  readonly survived: number
  readonly equivalent: number
  /** Mutants that no test of the room reaches. */
  readonly uncovered: number
}

export type Scores = Record<string, Score>

/** Counts the mutants of a file. One that makes the tests run for ever is killed. */
export function count(file: string, source: string, mutants: readonly Mutant[], known: readonly Equivalent[]): Score {
  const having = (...statuses: string[]): number => mutants.filter(({ status }) => statuses.includes(status)).length
  const all = having('Survived')
  const survived = alive(file, source, mutants, known).length
  return {
    killed: having('Killed', 'Timeout'),
    survived,
    equivalent: all - survived,
    uncovered: having('NoCoverage'),
  }
}

/** Returns a line for each mutant that survived and is not known to be equivalent. */
export function survivors(
  file: string,
  source: string,
  mutants: readonly Mutant[],
  known: readonly Equivalent[],
): string[] {
  return alive(file, source, mutants, known).map(
    (mutant) =>
      `${file}:${mutant.location.start.line} ${JSON.stringify(replaced(source, mutant))} → ${JSON.stringify(mutant.replacement ?? '')}`,
  )
}

/** Returns the table of the rooms' scores: the share of the mutants that tests reach and that some test kills. */
export function table(scores: Scores): string {
  const rooms = new Map<string, [string, Score][]>()
  for (const [file, score] of Object.entries(scores)) {
    const room = file.split('/').slice(1, -1).join('/')
    rooms.set(room, [...(rooms.get(room) ?? []), [file, score]])
  }
  const lines = [
    '| folder | killed | survived | equivalent | not reached | score |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  for (const [room, files] of [...rooms].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(
      row(
        `**${room}**`,
        files.map(([, score]) => score),
      ),
    )
    for (const [file, score] of files) lines.push(row(file.slice(`src/${room}/`.length), [score]))
  }
  return `${lines.join('\n')}\n`
}

function row(name: string, scores: readonly Score[]): string {
  const sum = (key: keyof Score): number => scores.reduce((total, score) => total + score[key], 0)
  const [killed, survived] = [sum('killed'), sum('survived')]
  const share = killed + survived === 0 ? '–' : `${Math.floor((1000 * killed) / (killed + survived)) / 10} %`
  return `| ${name} | ${killed} | ${survived} | ${sum('equivalent')} | ${sum('uncovered')} | ${share} |`
}

function alive(file: string, source: string, mutants: readonly Mutant[], known: readonly Equivalent[]): Mutant[] {
  const here = known.filter((one) => one.file === file)
  return mutants.filter((mutant) => {
    if (mutant.status !== 'Survived') return false
    const code = replaced(source, mutant)
    return !here.some((one) => one.code === code && one.mutants.includes(mutant.replacement ?? ''))
  })
}

/** The text that a mutant replaces. Lines and columns count from 1. */
function replaced(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1)
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  return lines.join('\n')
}
