import { answerChannels, answerKeys } from './answers/access'
import type { Answer, Policy } from './answers/answer'
import { answerCategories, answerCategory } from './answers/commands'
import { answerDenied, answerLets, answerRun } from './answers/lines'
import { answerDifference, answerNoEffect, answerRule, answerWhatIf } from './answers/rules'
import { answerSummary, answerUsers } from './answers/users'
import { answerAdmin, answerBecome } from './answers/ways'
import type { Meaning } from './meaning'
import { topics } from './topics'

/** Answers a question by the rules. Runs, logs and changes nothing. */
export function answer(policy: Policy, meaning: Meaning): Answer {
  const { server } = policy
  switch (meaning.kind) {
    case 'run':
      return answerRun(server, meaning.user, meaning.argv)
    case 'keys':
      return answerKeys(server, meaning.user, meaning.need, meaning.pattern)
    case 'channels':
      return answerChannels(server, meaning.user, meaning.pattern)
    case 'summary':
      return answerSummary(server, meaning.user)
    case 'why-denied':
      return answerDenied(server, meaning.user, meaning.argv)
    case 'what-lets':
      return answerLets(server, meaning.user, meaning.argv)
    case 'category':
      return answerCategory(server, meaning.name, meaning.other)
    case 'categories':
      return answerCategories(server, meaning.command)
    case 'rule':
      return answerRule(server, meaning.rule)
    case 'difference':
      return answerDifference(server, meaning.rules)
    case 'users':
      return answerUsers(server, meaning.list)
    case 'no-effect':
      return answerNoEffect(policy)
    case 'admin':
      return answerAdmin(server)
    case 'become':
      return answerBecome(server, meaning.user, meaning.other)
    case 'what-if':
      return answerWhatIf(policy, meaning.user, meaning.rules)
    case 'open': {
      const topic = topics.find(({ name }) => name === meaning.topic)
      return { verdict: null, text: topic === undefined ? '' : `${topic.title}: see ${topic.doc}` }
    }
  }
}
