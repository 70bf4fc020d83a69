import { present } from '../present'
import { arc, distance, latitudeDistance, toDegrees, toRadians } from './distance'
import { areaOf, cellAt, neighbour, type Area, type Cell, type Point } from './hash'

/** The shape of a search. Lengths are in metres. */
export type Shape =
  | { readonly kind: 'circle'; readonly centre: Point; readonly radius: number }
  | { readonly kind: 'box'; readonly centre: Point; readonly width: number; readonly height: number }
  | { readonly kind: 'polygon'; readonly centre: Point; readonly vertices: readonly Point[] }

/** Returns the centroid of a polygon's vertices on the sphere, from which distances are measured. */
export function centroid(vertices: readonly Point[]): Point {
  let [x, y, z] = [0, 0, 0]
  for (const { longitude, latitude } of vertices) {
    x += Math.cos(toRadians(latitude)) * Math.cos(toRadians(longitude))
    y += Math.cos(toRadians(latitude)) * Math.sin(toRadians(longitude))
    z += Math.sin(toRadians(latitude))
  }
  return { longitude: toDegrees(Math.atan2(y, x)), latitude: toDegrees(Math.atan2(z, Math.hypot(x, y))) }
}

/** Returns the distance in metres from the shape's centre to a point; undefined if the point is outside. */
export function distanceWithin(shape: Shape, point: Point): number | undefined {
  if (shape.kind === 'polygon' && !isInside(shape.vertices, point)) return undefined
  if (shape.kind === 'box') {
    if (latitudeDistance(point.latitude, shape.centre.latitude) > shape.height / 2) return undefined
    const abreast = { longitude: shape.centre.longitude, latitude: point.latitude }
    if (distance(point, abreast) > shape.width / 2) return undefined
  }
  const metres = distance(shape.centre, point)
  return shape.kind === 'circle' && metres > shape.radius ? undefined : metres
}

/** Returns true if a point is inside a polygon: a ray from it crosses the edges an odd number of times. */
function isInside(vertices: readonly Point[], { longitude, latitude }: Point): boolean {
  let inside = false
  vertices.forEach((a, i) => {
    const b = present(vertices[(i + vertices.length - 1) % vertices.length])
    if (a.latitude > latitude === b.latitude > latitude) return
    const crossing = ((b.longitude - a.longitude) * (latitude - a.latitude)) / (b.latitude - a.latitude) + a.longitude
    if (longitude < crossing) inside = !inside
  })
  return inside
}

/**
 * Returns the bounding box of a shape in degrees, computed like the server does: from the wider edge in either
 * hemisphere.
 */
function bounds(shape: Shape): Area {
  if (shape.kind === 'polygon') {
    const longitudes = shape.vertices.map((vertex) => vertex.longitude)
    const latitudes = shape.vertices.map((vertex) => vertex.latitude)
    return {
      minLongitude: Math.min(...longitudes),
      maxLongitude: Math.max(...longitudes),
      minLatitude: Math.min(...latitudes),
      maxLatitude: Math.max(...latitudes),
    }
  }
  const [width, height] = shape.kind === 'circle' ? [shape.radius, shape.radius] : [shape.width / 2, shape.height / 2]
  const { longitude, latitude } = shape.centre
  const rise = arc(height)
  const edge = latitude < 0 ? latitude - rise : latitude + rise
  const reach = arc(width, Math.cos(toRadians(edge)))
  return {
    minLongitude: longitude - reach,
    maxLongitude: longitude + reach,
    minLatitude: latitude - rise,
    maxLatitude: latitude + rise,
  }
}

function reachOf(shape: Shape, { minLongitude, maxLongitude, minLatitude, maxLatitude }: Area): number {
  if (shape.kind === 'circle') return shape.radius
  if (shape.kind === 'box') return Math.sqrt((shape.width / 2) ** 2 + (shape.height / 2) ** 2)
  const corners = [minLongitude, maxLongitude].flatMap((longitude) =>
    [minLatitude, maxLatitude].map((latitude) => ({ longitude, latitude })),
  )
  return Math.max(...corners.map((corner) => distance(shape.centre, corner)))
}

const MERCATOR_MAX = 20037726.37

/** Returns the grid step at which nine cells cover the radius; coarser towards the poles. */
function stepFor(radius: number, latitude: number): number {
  if (radius === 0) return 26
  let step = 1
  for (let range = radius; range < MERCATOR_MAX; range *= 2) step++
  step -= 2
  if (Math.abs(latitude) > 66) step--
  if (Math.abs(latitude) > 80) step--
  return Math.min(26, Math.max(1, step))
}

/** Offsets of the searched cells in columns and rows, in search order: centre, north, south, east, west, corners. */
const AROUND = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const

/**
 * Returns the cells of a search in the order in which the server walks them, which is the order of unsorted results.
 */
export function cellsFor(shape: Shape): Cell[] {
  const box = bounds(shape)
  let step = stepFor(reachOf(shape, box), shape.centre.latitude)
  if (step > 1 && !covers(cellAt(shape.centre, step), box)) step--
  const centre = cellAt(shape.centre, step)
  const area = areaOf(centre)
  const cells: Cell[] = []
  for (const [columns, rows] of AROUND) {
    const useless =
      (rows < 0 && area.minLatitude < box.minLatitude) ||
      (rows > 0 && area.maxLatitude > box.maxLatitude) ||
      (columns < 0 && area.minLongitude < box.minLongitude) ||
      (columns > 0 && area.maxLongitude > box.maxLongitude)
    if (step >= 2 && useless) continue
    const cell = neighbour(centre, columns, rows)
    const last = cells.at(-1)
    const isRepeated = cells.length > 1 && last !== undefined && last.column === cell.column && last.row === cell.row
    if (!isRepeated) cells.push(cell)
  }
  return cells
}

/** Returns true if the cell and its eight neighbours extend beyond the box on every side. */
function covers(cell: Cell, box: Area): boolean {
  return (
    areaOf(neighbour(cell, 0, 1)).maxLatitude >= box.maxLatitude &&
    areaOf(neighbour(cell, 0, -1)).minLatitude <= box.minLatitude &&
    areaOf(neighbour(cell, 1, 0)).maxLongitude >= box.maxLongitude &&
    areaOf(neighbour(cell, -1, 0)).minLongitude <= box.minLongitude
  )
}
