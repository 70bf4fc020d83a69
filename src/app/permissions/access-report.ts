import { commandTitle } from '../../analysis/command-title'
import { rulePhrase } from '../../analysis/phrase'
import type { Way } from '../../analysis/key-access'
import type { ExtentCell, PatternLine } from '../../analysis/key-access/pattern'
import { accessReport, type ReportPart } from '../../workspace/report'
import type { AccessLine } from './access-lines'

type Kind = 'key' | 'channel'

const ofWay = ({ rules, commands, databases }: Way): ReportPart[] => [
  '✅',
  ...rules.map((rule) => ({ code: rulePhrase(rule).text })),
  `(${commands.length === 1 ? commandTitle(commands[0]?.name ?? '') : `${commands.length} commands`}${databases === 'all' ? '' : `, in db ${databases.join(', ')}`})`,
]

/** Returns who reaches one key or channel as Markdown: the rules that allow it, and the number of commands. */
export function keyReport(kind: Kind, name: string, columns: readonly string[], lines: readonly AccessLine[]): string {
  return accessReport(
    [`Who can reach the ${kind}`, { code: name }],
    [...columns, 'Also'],
    lines.map((line) => ({
      name: line.name,
      shut: line.enabled ? null : 'off',
      bypasses: line.bypasses.length > 0,
      cells: [...line.ways.map((ways) => (ways.length === 0 ? ['–'] : ways.flatMap(ofWay))), [line.also.join('; ')]],
    })),
  )
}

const marks = { all: '✅', some: '◐', none: '–', undecided: '?' } as const

const ofExtent = ({ kind, example, missing }: ExtentCell): ReportPart[] => [
  kind === 'none' ? marks.none : `${marks[kind]} ${kind}`,
  ...(example === null ? [] : [{ code: example.text }]),
  ...(missing === null ? [] : ['not', { code: missing }]),
]

/** Returns who reaches the keys or channels of a pattern as Markdown, with an example of each access. */
export function patternReport(
  kind: Kind,
  pattern: string,
  columns: readonly string[],
  lines: readonly PatternLine[],
): string {
  return accessReport(
    [`Who can reach ${kind}s`, { code: pattern }],
    columns,
    lines.map(({ name, shut, bypasses, cells }) => ({
      name,
      shut,
      bypasses: bypasses.length > 0,
      cells: cells.map(ofExtent),
    })),
  )
}
