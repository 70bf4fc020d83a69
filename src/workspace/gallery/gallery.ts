import { applications } from './applications'
import { chapter } from './chapter'
import type { GalleryExample } from './example'
import { lessons } from './lessons'
import { operations } from './operations'

export type { GalleryExample } from './example'
export { stateOf } from './example'

/** A part of the gallery. */
export interface GalleryGroup {
  readonly title: string
  /** The common theme of the examples, in a sentence or two. */
  readonly about: string
  readonly examples: readonly GalleryExample[]
}

/** The gallery's groups, in display order. */
export const galleryGroups: readonly GalleryGroup[] = [
  {
    title: 'Policies for applications',
    about:
      'To start from, with expectations that are proved for every command line. Change a rule to see which of them fails.',
    examples: applications,
  },
  {
    title: 'Policies for operations',
    about: 'The same for those who run, watch and test a server.',
    examples: operations,
  },
  { title: 'Security chapter', about: 'The examples of the security chapter, as it has them.', examples: chapter },
  { title: 'Lessons', about: 'Common mistakes, one at a time.', examples: lessons },
]

/** All examples, in display order. */
export const gallery: readonly GalleryExample[] = galleryGroups.flatMap(({ examples }) => examples)
