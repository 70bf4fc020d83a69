import { labelOf } from '../../targets/infos'
import { productOf, type TargetId } from '../../targets/list'
import { parseRelease, releaseLabel } from '../../targets/named-release'
import { chooseRelease, targetOfRelease, type ChosenRelease } from '../../targets/release-choice'

/**
 * Returns the target of a release that somebody names, or the problem. A version without a product is one of the product in
 * use; one of another line chooses that line.
 */
export function pageRelease(text: string, inUse: TargetId): ChosenRelease | { readonly problem: string } {
  const product = productOf(inUse)
  const release = parseRelease(text, product)
  if (release === null) return { problem: 'Write the three numbers of the release, such as 8.0.6.' }
  if (targetOfRelease(release) === null)
    return {
      problem: `${releaseLabel(release)} is in none of the server versions here; ${labelOf(inUse)} is in use.`,
    }
  return chooseRelease(`${release.product}-${release.text}`, null)
}
