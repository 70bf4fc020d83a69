import { lower, type Bytes } from '../acl/bytes'
import { bytesOf, type ReadValue } from './config-value'

/** The maximum number of addresses of `bind`. */
const MAX_ADDRESSES = 16

/** Reads the words of a directive. `choiceWords`: the start of the release's error for a value that is not one of the choices. */
type WordsReader = (parts: readonly Bytes[], choiceWords: string) => ReadValue

/** Parses an integer as strtoll does, with nothing after it; null where it is none. */
function strtoll(text: Bytes): number | null {
  return /^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text) ? Number(text) : null
}

/** Parses a number as strtod does, with nothing around it; null where it is none. */
function strtod(text: Bytes): number | null {
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) return (text.startsWith('-') ? -1 : 1) * parseInt(text.replace(/^[+-]/, ''), 16)
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : null
}

const save: WordsReader = (parts) => {
  const numbers = parts.map(strtoll)
  const isWrong = numbers.some((n, i) => n === null || n < (i % 2 === 0 ? 1 : 0))
  return numbers.length % 2 !== 0 || isWrong ? { error: 'Invalid save parameters' } : { value: numbers.join(' ') }
}

const percentiles: WordsReader = (parts) => {
  const numbers: number[] = []
  for (const part of parts) {
    const number = strtod(part)
    if (number === null) return { error: 'Invalid latency-tracking-info-percentiles parameters' }
    if (number < 0 || number > 100)
      return { error: 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]' }
    numbers.push(number)
  }
  return { value: numbers.join(' ') }
}

const oomScores: WordsReader = (parts) => {
  const numbers = parts.map(strtoll)
  return numbers.some((n) => n === null || n < -2000 || n > 2000)
    ? { error: 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.' }
    : { value: numbers.join(' ') }
}

const shutdownOptions: WordsReader = (parts, choiceWords) => {
  const known = ['default', 'save', 'nosave', 'now', 'force']
  const options = parts.map(lower)
  if (options.length === 0 || options.some((option) => !known.includes(option)))
    return { error: `${choiceWords}: ${known.join(', ')}` }
  if (options.includes('save') && options.includes('nosave'))
    return { error: "shutdown options SAVE and NOSAVE can't be used simultaneously" }
  // Flags of an enumeration: each once, in its order; `default` is none of them.
  const flags = known.filter((option) => option !== 'default' && options.includes(option))
  return { value: flags.length === 0 ? 'default' : flags.join(' ') }
}

const bind: WordsReader = (parts) => {
  if (parts.length > MAX_ADDRESSES) return { error: 'Too many bind addresses specified.' }
  // A text that does not look like an address fails wherever the server runs.
  return parts.every((part) => /^-?(?:(?:::)?\*|[0-9A-Za-z.:%_][0-9A-Za-z.:%_-]*)$/.test(part))
    ? { value: parts.join(' ') }
    : { error: 'Failed to bind to specified addresses.' }
}

const clientMemory: WordsReader = (parts) => {
  const text = parts.join(' ')
  const percent = /^(0|[1-9][0-9]{0,8})%$/.exec(text)
  if (percent !== null)
    return Number(percent[1]) > 100 ? { error: 'percentage argument must be less or equal to 100' } : { value: text }
  const bytes = bytesOf(text)
  return bytes === null ? { error: 'argument must be a memory or percent value' } : { value: String(bytes) }
}

/** The readers of directives with several words, each with the checks of the server's own function. */
export const readWords: Readonly<Record<string, WordsReader>> = {
  save,
  bind,
  'latency-tracking-info-percentiles': percentiles,
  'oom-score-adj-values': oomScores,
  'maxmemory-clients': clientMemory,
  'shutdown-on-sigterm': shutdownOptions,
  'shutdown-on-sigint': shutdownOptions,
}
