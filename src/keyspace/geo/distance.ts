import type { Point } from './hash'

const EARTH_RADIUS = 6372797.560856
const DEGREE = Math.PI / 180

export const toRadians = (degrees: number) => degrees * DEGREE
export const toDegrees = (radians: number) => radians / DEGREE

/** Returns the metres between two latitudes along a meridian. */
export function latitudeDistance(a: number, b: number): number {
  return EARTH_RADIUS * Math.abs(toRadians(b) - toRadians(a))
}

/** Returns the metres between two points (haversine, with the server's earth radius). */
export function distance(a: Point, b: Point): number {
  const v = Math.sin((toRadians(b.longitude) - toRadians(a.longitude)) / 2)
  if (v === 0) return latitudeDistance(a.latitude, b.latitude)
  const u = Math.sin((toRadians(b.latitude) - toRadians(a.latitude)) / 2)
  return (
    2 *
    EARTH_RADIUS *
    Math.asin(Math.sqrt(u * u + Math.cos(toRadians(a.latitude)) * Math.cos(toRadians(b.latitude)) * v * v))
  )
}

/** Returns the angle in degrees of an arc in metres on a circle `shrink` times the size of the equator. */
export function arc(metres: number, shrink = 1): number {
  return toDegrees(metres / EARTH_RADIUS / shrink)
}
