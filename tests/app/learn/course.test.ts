import { expect, test, vi } from 'vitest'
import { Course } from '../../../src/app/learn/Course.svelte'
import type { App } from '../../../src/app/state/App.svelte'
import { Keeper } from '../../../src/app/state/Keeper.svelte'
import { Playground } from '../../../src/app/state/Playground.svelte'
import type { TargetId } from '../../../src/targets/target'
import { blankState } from '../../../src/workspace/state'

/** A lesson that Redis 6.2 lacks. */
const lesson = 'selectors'

async function openCourse(): Promise<{ course: Course; playground: Playground; choose(id: TargetId): Promise<void> }> {
  const playground = new Playground()
  const around = {
    tell: () => undefined,
    replacing: () => undefined,
    showEarlier: () => undefined,
    goTo: () => undefined,
  }
  const keeper = new Keeper(playground, around as never, null)
  await playground.restore(blankState('redis-8.0'))
  const course = new Course({ playground, keeper, layout: {}, openLesson: () => undefined } as unknown as App)
  // The pane follows the target as soon as it changes.
  const choose = async (id: TargetId): Promise<void> => {
    await playground.use(id, false)
    await course.followTarget()
  }
  return { course, playground, choose }
}

test('a version that is chosen while a lesson opens is followed', async () => {
  const { course, playground, choose } = await openCourse()
  // Before its files are in place.
  let opening = course.open(lesson)
  await choose('redis-6.2')
  await opening
  await vi.waitFor(() => expect(course.lacking).toBe('redis-6.2'))

  // And while its commands run.
  opening = course.useTarget('redis-7.0')
  await vi.waitUntil(() => playground.host.targetId === 'redis-7.0', { interval: 0 })
  await choose('redis-6.2')
  await opening
  await vi.waitFor(() => expect(course.lacking).toBe('redis-6.2'))
})
