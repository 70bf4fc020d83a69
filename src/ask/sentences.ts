/**
 * The sentences that questions are, as regular expressions over words with single spaces between. Named groups are the parts
 * that are looked up: `user`, `line` (a command line), `keys`, `prefix`, `bare` (a name that may be a key), `channel`, `rules`,
 * `a` and `b` (rules or categories), `command`, `category`, `need`. Every word of a question must be in one.
 */
const user = '(?:the )?(?:user |account )?(?<user>\\S+(?: \\w)?)(?: user| account)?'
const can =
  '(?:can|may|could|might|is able to|are able to|is allowed to|are allowed to|is permitted to|are permitted to|gets to|(?:has|have) (?:the )?(?:rights?|permissions?) to)'
const someone = '(?:anyone|anybody|any users?|someone|somebody)'
const group = '(?:anyone|anybody|any users?|someone|somebody|everyone|everybody|all users|users?|people|accounts?)'
const show = '(?:(?:list|show|name|give me|(?:is|are) there)(?: me)? )?(?:the |all )?'
const everybody = [
  `(?:who|(?:which|what) (?:users?|accounts?)|${show}${group} (?:who|that|which)) ${can}`,
  `can (?:anyone|anybody|any users?|someone|somebody)`,
  `is (?:anyone|anybody|any user|someone|somebody) (?:allowed|able|permitted) to`,
]
const oneUser = [
  `(?:can|could|may|might) ${user}`,
  `is ${user} (?:allowed|able|permitted) to`,
  `does ${user} (?:have|get) (?:(?:the )?(?:rights?|permissions?) )?to`,
  `is it possible (?:for|that) ${user} (?:to|can)`,
  `(?:whether |if )?${user} ${can}`,
  `will ${user} be able to`,
]
const run = '(?:runs?|uses?|executes?|calls?|issues?|do|invokes?|performs?|sends?)(?: the command| command)?'
const line = '(?<line>.+)'
const needs = {
  read: '(?:reads?|sees?|views?|look at|looks at)(?: from)?',
  write: '(?:writes?|modify|modifies|changes?|edits?|updates?|overwrites?)(?: to| in)?',
  access: '(?:access|accesses|touch|touches|reach|reaches)',
} as const
const key = [
  '(?:(?:all|every|all of the|all the) keys?|everything)(?<all>)',
  '(?:all |the )?keys?(?: that)? (?:starting with|starts? with|beginning with|begins? with|under|prefixed with|prefixed by) (?<prefix>\\S+)',
  '(?:all )?(?:the )?keys? (?:called |named |matching |like |of the form |that match )?(?<keys>\\S+)',
  '(?:the )?(?<bare>\\S+)',
]
const channel = '(?:the )?(?:channels? )?(?<channel>\\S+)'
const category = '(?:the )?(?:category )?(?<a>@\\S+)(?: category| commands?)?'
const other = '(?:the )?(?:category )?(?<b>@\\S+)(?: category| commands?)?'
const lists = '(?:(?:which|what|list|show|the|all|list all|list the|list all the|show the|show all|show all the) )?'

/** The kind of thing that a sentence asks for. */
export type Ask =
  | 'run'
  | 'bare-run'
  | 'read'
  | 'write'
  | 'access'
  | 'delete'
  | 'channels'
  | 'publish'
  | 'subscribe'
  | 'summary'
  | 'why'
  | 'lets'
  | 'category'
  | 'categories-both'
  | 'categories-but'
  | 'categories-of'
  | 'rule'
  | 'difference'
  | 'what-if'
  | 'is-off'
  | 'user-run'
  | 'become'

export interface Sentence {
  readonly ask: Ask
  readonly pattern: RegExp
  /** The sentence's own words. */
  readonly source: string
}

const sentence = (ask: Ask, source: string): Sentence => ({ ask, source, pattern: new RegExp(`^(?:${source})$`, 'd') })

/** Words for things that somebody can do, to follow who can. */
const actions: readonly (readonly [Ask, string])[] = [
  ['channels', `(?:use|access) (?:the )?channels? (?<channel>\\S+)`],
  ['publish', `(?:publish|send|post)(?: messages?| a message)?(?: to| on| in)? ${channel}`],
  ['subscribe', `(?:subscribe|listen)(?: to| on)? ${channel}`],
  ...(['read', 'write', 'access'] as const).flatMap((need) =>
    key.map((keys): [Ask, string] => [need, `${needs[need]} ${keys}`]),
  ),
  ['become', '(?:becomes?|impersonates?|turns? into) (?:the )?(?:user )?(?<other>\\S+)'],
  ['access', 'use (?:the )?keys? (?<keys>\\S+)'],
  ...key.map((keys): [Ask, string] => ['delete', `(?:delete|remove|erase) ${keys}`]),
  ['run', `${run} ${line}`],
  ['bare-run', line],
]

/** Words for things that somebody has, to follow who. */
const possessions: readonly (readonly [Ask, string])[] = [
  ['channels', `access to (?:the )?channels? (?<channel>\\S+)`],
  ...(['read', 'write'] as const).flatMap((need) =>
    key.map((keys): [Ask, string] => [need, `${need} access to ${keys}`]),
  ),
  ...key.map((keys): [Ask, string] => ['access', `access to ${keys}`]),
  ['run', `access to ${line}`],
]

const denied = '(?:denied|refused|forbidden|blocked|rejected|disallowed|prohibited)'
const error =
  '(?:(?:a |an |the )?(?:noperm|error|denied|refused|permission denied|permission error|permissions error)(?: errors?)?)'

/** In the order in which they are tried. */
export const sentences: readonly Sentence[] = [
  // Why a command line is denied.
  sentence('why', `why (?:is|was|are) ${line} (?:${denied}|not allowed|not permitted)(?: to| for)? ${user}`),
  sentence(
    'why',
    `why (?:is|was|does|did) ${user} (?:${denied}|not allowed to|not able to|unable to|not permitted to|not)(?: (?:get|have)?(?: ?access)? ?to)?(?: ${run})? ${line}`,
  ),
  sentence('why', `(?:why|how come)(?: that)? (?:cannot|can not|may not) ${user}(?: ${run})? ${line}`),
  sentence(
    'why',
    `(?:why|how come)(?: that)? ${user} (?:cannot|can not|may not|is not allowed to|is not able to)(?: ${run})? ${line}`,
  ),
  sentence('why', `why (?:does|did) ${user} fail(?: on| with| at| to)?(?: ${run})? ${line}`),
  sentence('why', `why can ${user} not(?: ${run})? ${line}`),
  sentence(
    'why',
    `(?:why|how come) (?:does |did )?${user} gets? ${error} (?:on|for|from|with|when running|running|when calling) ${line}`,
  ),
  sentence(
    'why',
    `(?:what|which rules?|which line|what rule) (?:blocks?|denies|deny|prevents?|stops?|forbids?|keeps?|is blocking|is preventing|is stopping) ${user}(?: from)?(?: ${run}| running| using| calling| executing| doing)? ${line}`,
  ),
  sentence('why', `${user} (?:cannot|can not)(?: ${run})? ${line} why(?: not)?`),
  sentence('why', `${user} ${line} why(?: not)?`),
  sentence('why', `${user} (?:gets?|got|has) ${error} (?:on|for|from|with|when running|running) ${line}`),
  // What lets a user run one.
  sentence(
    'lets',
    `(?:what|which rules?|which line|what rule|who) (?:lets?|allows?|permits?|enables?|is letting|is allowing) ${user}(?: to)?(?: ${run})? ${line}`,
  ),
  sentence('lets', `why (?:can|may) ${user}(?: ${run})? ${line}`),
  sentence('lets', `why is ${user} (?:allowed|able|permitted) to(?: ${run})? ${line}`),
  sentence('lets', `why is ${line} (?:allowed|permitted) (?:to|for) ${user}`),
  sentence('lets', `how (?:can|is) ${user}(?: (?:able|allowed) to)?(?: ${run})? ${line}`),
  // What a user can do.
  sentence('summary', `what (?:can|may|could) ${user} (?:do|access|run)(?: here)?`),
  sentence('summary', `what is ${user} (?:allowed|able|permitted) to(?: do| access| run)?`),
  sentence('summary', `what (?:rights |permissions )?does ${user} have(?: access to)?`),
  sentence(
    'summary',
    `(?:show |list |show me )?(?:what are )?(?:the )?(?:permissions|rights|abilities|access)(?: of| for) ${user}`,
  ),
  sentence('summary', `(?:what are )?${user} (?:permissions|rights)`),
  sentence(
    'summary',
    `(?:show |list |tell |show me |tell me )?(?:about|everything(?: that)?|what|all(?: that)?|all the things(?: that)?) ${user}(?: (?:can|may|is able to|is allowed to) do)?`,
  ),
  sentence('summary', `(?:describe|summarize|summarise) ${user}`),
  sentence(
    'summary',
    `(?:what|which) (?:keys|commands|channels) (?:can|may|could) ${user} (?:read|write|access|see|change|run|use|publish to|subscribe to)`,
  ),
  // What changes.
  sentence(
    'what-if',
    `what (?:changes|would change|will change|happens|would happen) (?:if|when) ${user} (?:gets?|got|had|has|is given|was given|were given|receives?|gains?)(?: the rules?)? (?<rules>.+)`,
  ),
  sentence(
    'what-if',
    `what if ${user} (?:gets?|got|had|has|is given|was given|were given|receives?)(?: the rules?)? (?<rules>.+)`,
  ),
  sentence(
    'what-if',
    `(?:what (?:changes|would change|happens|would happen|if) (?:if )?)?(?:if )?(?:i |we |you )?(?:add|added|grant|granted|append) (?<rules>.+) to ${user}(?: what (?:changes|would change|happens|would happen))?`,
  ),
  sentence(
    'what-if',
    `(?:what (?:changes|would change|happens|would happen|if) (?:if )?)?(?:if )?(?:i |we |you )?(?:give|gave) ${user} (?<rules>.+?)(?: what (?:changes|would change|happens|would happen))?`,
  ),
  sentence('what-if', `(?:suppose|imagine|assume) ${user} (?:gets?|got|had|has)(?: the rules?)? (?<rules>.+)`),
  sentence('what-if', `${user} (?:had|got|gets) (?<rules>.+) what (?:would change|changes|would happen|happens)`),
  // Categories.
  sentence(
    'categories-but',
    `${lists}(?:commands? )?(?:are |that are |is )?(?:in |of |from )?${category} (?:but |and |that are |which are |but are |and are |but is )?(?:not|minus|without|except|excluding)(?: also)?(?: in| of| from)? ${other}`,
  ),
  sentence(
    'categories-both',
    `${lists}(?:commands? )?(?:are |that are |is )?(?:in |of |from )?(?:both )?${category} and (?:also )?(?:in )?${other}`,
  ),
  sentence(
    'category',
    `${lists}commands? (?:are |that are |does |do )?(?:in|of|from|belong to|belonging to)? ?${category}(?: contain| include| have)?`,
  ),
  sentence('category', `(?:what is |what are |explain |show |list )?(?:in )?${category}`),
  sentence('category', `what (?:commands )?does ${category} (?:contain|include|have|mean)`),
  sentence('category', `(?:which|what|list|show) (?:(?:the|all) )?commands are (?:in )?(?<a>\\w+)`),
  sentence(
    'categories-of',
    `(?:which|what) categor(?:y|ies) (?:has|have|is|are|does|do|contains?|includes?|hold|holds) (?<command>.+?)(?: in| belong to| have| belongs to| part of)?`,
  ),
  sentence('categories-of', `(?:the |list |show )?categor(?:y|ies) (?:of|for) (?:the )?(?:command )?(?<command>.+)`),
  sentence(
    'categories-of',
    `(?:is|are) (?<command>.+) (?:in|part of) (?:the )?(?:category )?(?<category>@\\S+)(?: category)?`,
  ),
  sentence('categories-of', `(?<command>.+) categor(?:y|ies)`),
  sentence('categories-of', `is (?<command>\\S+) an? (?<category>\\w+) command`),
  // Differences and meanings of rules.
  sentence(
    'difference',
    `(?:what is )?(?:the )?(?:difference|differences|diff) (?:between |of )?(?<a>\\S+)(?: and| vs| versus| to| from| with| or)? (?<b>\\S+)`,
  ),
  sentence('difference', `compare (?<a>\\S+) (?:and|with|to|vs|versus|against) (?<b>\\S+)`),
  sentence('difference', `(?:how )?(?:does |do |is )?(?<a>\\S+) (?:differ|different|differs) from (?<b>\\S+)`),
  sentence('difference', `(?<a>\\S+) (?:vs|versus) (?<b>\\S+)`),
  sentence('rule', `(?:what does|what do) (?:the )?(?:rule )?(?<rules>.+) (?:mean|do|stand for|grant|allow)`),
  sentence('rule', `(?:what is |explain )?(?:the )?meaning of (?:the )?(?:rule )?(?<rules>.+)`),
  sentence('rule', `(?:explain|what is|describe) (?:the )?(?:rule )?(?<rules>.+)`),
  // Who, or whether a user, can do something.
  ...everybody.flatMap((head) => actions.map(([ask, action]) => sentence(ask, `${head} ${action}`))),
  ...actions
    .filter(([ask]) => ask !== 'bare-run')
    .map(([ask, action]) => sentence(ask, `(?:who|which users?) ${action}`)),
  ...possessions.map(([ask, what]) =>
    sentence(ask, `(?:(?:who|(?:which|what) users?|(?:does|do) ${someone}) (?:has|have)|${show}users? with) ${what}`),
  ),
  ...oneUser.flatMap((head) => actions.map(([ask, action]) => sentence(ask, `${head} ${action}`))),
  ...possessions.map(([ask, what]) => sentence(ask, `(?:does )?${user} (?:has|have) ${what}`)),
  sentence('is-off', `is ${user} (?:off|on|disabled|enabled)`),
  sentence('user-run', `(?<user>\\S+) ${line}`),
  sentence('channels', `channels? (?<channel>\\S+) who`),
  sentence('bare-run', `${line} who`),
  sentence('bare-run', `${line} as (?:the )?(?:user )?(?<user>\\S+)`),
]

/** The words that sentences consist of, for the correction of typos. */
export const grammarWords: readonly string[] = [
  ...new Set(sentences.flatMap(({ source }) => source.replace(/\(\?<\w+>/g, ' ').match(/[a-z]{3,}/g) ?? [])),
]
