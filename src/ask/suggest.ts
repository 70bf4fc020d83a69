import { toText } from '../acl/bytes'
import { commandTitle } from '../analysis/command-title'
import type { SimulatedServer } from '../server/server'

/** Questions with room for a name: USER, COMMAND, KEY, CHANNEL, CATEGORY, RULE. */
const forms = [
  'who can run COMMAND',
  'what can USER do',
  'can USER run COMMAND',
  'who can read keys KEY',
  'who can write keys KEY',
  'who can access keys KEY',
  'can USER read keys KEY',
  'can USER write keys KEY',
  'who can use channels CHANNEL',
  'why is COMMAND denied to USER',
  'what lets USER run COMMAND',
  'which commands are in CATEGORY',
  'which categories has COMMAND',
  'which users share a password',
  'which users log in without a password',
  'which users are off',
  'which users are alike',
  'which rules have no effect',
  'who can become admin',
  'what changes if USER gets RULE',
]

/** Words that stand for the names that a form leaves open. */
const examples: Readonly<Record<string, string>> = {
  COMMAND: 'FLUSHALL',
  KEY: 'app:*',
  CHANNEL: 'news:*',
  CATEGORY: '@dangerous',
  RULE: '+@read',
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[^\s?!.,;]+/g) ?? []

/** Returns the three questions of a form that have most words in common with a text. */
export function nearestQuestions(server: SimulatedServer, text: string): readonly string[] {
  const words = new Set(wordsOf(text))
  const names = Array.from(server.users, ({ name }) => toText(name))
  const user =
    names.find((name) => words.has(name.toLowerCase())) ?? names.find((name) => name !== 'default') ?? 'default'
  const filled = forms.map((form) =>
    form.replace(/[A-Z]{3,}/g, (name) => (name === 'USER' ? user : (examples[name] ?? name))),
  )
  const score = (question: string): number => wordsOf(question).filter((word) => words.has(word)).length
  return filled
    .map((question, i) => ({ question, i, score: score(question) }))
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .slice(0, 3)
    .map(({ question }) => question)
}

/** The names of a policy that suggestions are made of. Made once for a policy, and used for each key. */
export interface Names {
  readonly users: readonly string[]
  readonly commands: readonly string[]
  readonly categories: readonly string[]
}

export function namesOf({ users, target }: SimulatedServer): Names {
  return {
    users: Array.from(users, ({ name }) => toText(name)),
    commands: target.table.commands.map(({ name }) => commandTitle(name)),
    categories: target.table.categories.map((name) => `@${name}`),
  }
}

/** Returns questions that a text may be the start of. Takes time in proportion to the number of names. */
export function suggest(names: Names, text: string, most = 8): readonly string[] {
  const typed = text.trim().toLowerCase()
  if (typed === '')
    return forms.slice(0, most).map((form) => form.replace(/[A-Z]{3,}/g, (name) => examples[name] ?? '…'))
  const found = new Set<string>()
  for (const form of forms) {
    for (const question of completions(form, names, typed, most)) found.add(question)
    if (found.size >= most) break
  }
  for (const question of aboutNames(names, typed, most)) {
    if (found.size >= most) break
    found.add(question)
  }
  return [...found].slice(0, most)
}

/** Returns a form with the names that a typed text has or starts; none where the text does not fit. */
function completions(form: string, names: Names, typed: string, most: number): readonly string[] {
  let begun: readonly string[] = ['']
  for (const part of form.split(/\b(USER|COMMAND|KEY|CHANNEL|CATEGORY|RULE)\b/)) {
    begun = begun.flatMap((start) => {
      const rest = typed.slice(start.length)
      const options = optionsFor(part, names)
      if (rest === '')
        return [start + (options === null ? (examples[part] ?? part) : (examples[part] ?? options[0] ?? part))]
      if (options === null) {
        const free = part in examples ? (/^\S+/.exec(rest)?.[0] ?? '') : part
        return rest.startsWith(free.toLowerCase()) || free.toLowerCase().startsWith(rest) ? [start + free] : []
      }
      return fitting(options, rest, most).map((name) => start + name)
    })
  }
  // What goes on after the form is no part of it.
  return begun.filter((question) => question.toLowerCase().startsWith(typed))
}

const optionsFor = (part: string, { users, commands, categories }: Names): readonly string[] | null =>
  part === 'USER' ? users : part === 'COMMAND' ? commands : part === 'CATEGORY' ? categories : null

/** Returns the names that a text starts with, or that start with it. */
function fitting(names: readonly string[], text: string, most: number): readonly string[] {
  const found: string[] = []
  for (const name of names) {
    const lower = name.toLowerCase()
    if (!lower.startsWith(text) && !text.startsWith(`${lower} `) && text !== lower) continue
    found.push(name)
    if (found.length >= most) break
  }
  return found
}

function* aboutNames(names: Names, typed: string, most: number): Generator<string> {
  for (const user of fitting(names.users, typed, most)) yield `what can ${user} do`
  for (const command of fitting(names.commands, typed, most)) yield `who can run ${command}`
  for (const category of fitting(names.categories, typed, most)) yield `which commands are in ${category}`
}
