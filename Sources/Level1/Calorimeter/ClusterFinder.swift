/// Counts isolated clusters and finds the clusters themselves on the map of trigger cells over threshold.
///
/// A cell is a seed if it is hit and is the corner of its cluster: with the cells around it numbered
///
/// ```
///   5 1 6      theta to the right,
///   2 0 3      azimuth downwards
///   7 4 8
/// ```
///
/// neither 1 nor 2 is hit, and not both 4 and 7. A ring is a word with one bit to a place, so that all seeds of a ring
/// come out of a few word operations. Barrel and endcaps are separate. The *isolated cluster number* counts the seeds of
/// rings 2 to 15, where ring 1 is not looked at. A *cluster* is the most energetic cell among a seed and its eight
/// neighbours (ring 1 and the backward endcap included), together with that cell's neighbours; two seeds that lead to the
/// same cell make one cluster. Clusters are kept in the order barrel, forward, backward, each in the order of seeds, up
/// to six. Source: `Documentation/level1.md`, section "Calorimeter".
package final class ClusterFinder {
  private let map: TriggerCellMap
  /// Hit places of each ring; ring 1 in places of half its cells.
  private let places = ScratchBuffer<UInt64>(repeating: 0, count: 18)
  private let seeds = ScratchBuffer<UInt16>(repeating: 0, count: TriggerCellMap.cells)

  /// Ring of each cell and its places there, as bits.
  private let placeOfCell: ScratchBuffer<PlacedCell>

  private struct PlacedCell: BitwiseCopyable {
    var ring = 0
    var places: UInt64 = 0
  }

  package init(map: TriggerCellMap) {
    self.map = map
    var table = [PlacedCell](repeating: PlacedCell(), count: TriggerCellMap.cells + 1)
    for ring in 1...17 {
      for place in 0..<ClusterRegion(ring: ring).places {
        let cell = Int(map.cellAtPlace[ring * 36 + place])
        table[cell].ring = ring
        table[cell].places |= 1 << UInt64(place)
      }
    }
    placeOfCell = ScratchBuffer(table)
  }

  /// Finds the clusters of one event; returns the isolated cluster number, 15 at most.
  package func find(_ energies: TriggerCellEnergies, into clusters: inout CalorimeterClusters) -> Int {
    markPlaces(energies)
    clusters.count = 0
    clusters.overflow = false
    var isolated = 0
    for region in ClusterRegion.allCases {
      let seedCount = collectSeeds(region, isolated: &isolated)
      for index in 0..<seedCount { addCluster(seed: Int(seeds.elements[index]), energies, &clusters) }
    }
    return min(isolated, 15)
  }

  private func markPlaces(_ energies: TriggerCellEnergies) {
    let places = self.places.elements
    places.update(repeating: 0)
    for word in energies.hit.indices {
      var rest = energies.hit[word]
      while rest != 0 {
        let cell = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        let placed = placeOfCell.elements[cell]
        places[placed.ring] |= placed.places
      }
    }
  }

  /// Lists the seeds of a region in the order of their cell numbers; adds to the isolated cluster number.
  private func collectSeeds(_ region: ClusterRegion, isolated: inout Int) -> Int {
    let places = self.places.elements
    let seeds = self.seeds.elements
    let count = UInt64(region.places)
    let all: UInt64 = (1 << count) - 1
    var found = 0
    for ring in region.rings {
      let own = places[ring]
      guard own != 0 else { continue }
      let previous = (own << 1 | own >> (count - 1)) & all
      let next = (own >> 1 | own << (count - 1)) & all
      let left = ring > region.rings.lowerBound ? places[ring - 1] : 0
      let nextLeft = (left >> 1 | left << (count - 1)) & all
      var corners = own & ~(previous | left) & ~(next & nextLeft)
      if region == .barrel || (region == .forward && ring == 3) { isolated += corners.nonzeroBitCount }
      if region == .forward && ring == 2 {
        // Ring 1 is left of ring 2, but does not exist for the isolated cluster number.
        isolated += (own & ~previous).nonzeroBitCount
      }
      while corners != 0 {
        let place = corners.trailingZeroBitCount
        corners &= corners - 1
        // Insertion keeps the few seeds in the order of cell numbers, which the trigger scans in.
        let cell = map.cellAtPlace[ring * 36 + place]
        var slot = found
        while slot > 0 && seeds[slot - 1] > cell {
          seeds[slot] = seeds[slot - 1]
          slot -= 1
        }
        seeds[slot] = cell
        found += 1
      }
    }
    return found
  }

  private func addCluster(seed: Int, _ energies: TriggerCellEnergies, _ clusters: inout CalorimeterClusters) {
    var centre = seed
    for slot in 0..<8 {
      let cell = Int(map.neighbours[seed * 8 + slot])
      if energies.counts[cell] > energies.counts[centre] { centre = cell }
    }
    for index in 0..<clusters.count where Int(clusters.cell[index]) == centre { return }
    guard clusters.count < CalorimeterClusters.capacity else {
      clusters.overflow = true
      return
    }
    var sum = energies.counts[centre]
    let weight = Float(sum)
    var time = weight * energies.times[centre]
    var theta: Float = 0
    var phi: Float = 0
    for slot in 0..<8 {
      let cell = Int(map.neighbours[centre * 8 + slot])
      let counts = energies.counts[cell]
      guard cell != 0 && counts > 0 else { continue }
      let weight = Float(counts)
      sum += counts
      time += weight * energies.times[cell]
      theta += weight * (map.theta[cell] - map.theta[centre])
      var turn = map.phi[cell] - map.phi[centre]
      if turn > Float.pi { turn -= 2 * Float.pi }
      if turn < -Float.pi { turn += 2 * Float.pi }
      phi += weight * turn
    }
    let total = Float(sum)
    var azimuth = map.phi[centre] + phi / total
    if azimuth < 0 { azimuth += 2 * Float.pi }
    if azimuth >= 2 * Float.pi { azimuth -= 2 * Float.pi }
    let entry = clusters.count
    clusters.cell[entry] = UInt16(centre)
    clusters.ring[entry] = map.ring[centre]
    clusters.counts[entry] = sum
    clusters.time[entry] = time / total
    clusters.theta[entry] = map.theta[centre] + theta / total
    clusters.phi[entry] = azimuth
    clusters.count = entry + 1
  }
}
