import Menu

/// Bits of the calorimeter: sums, cells, clusters, pairs.
extension Level1Evidence {
  /// Cells shown one by one; more are summed up in a line.
  static let cellLimit = 12

  /// The sum that a bit compares, with the cells it is made of.
  func energySum(_ name: String) -> [Explanation] {
    let isTotal = name == "ecl_bst"
    let summed = cells.filter { isTotal || (2...15).contains(Int(map.ring[$0.number])) }
    var parts = [
      Explanation(
        text: "sum of \(summed.count) trigger cells in rings \(isTotal ? "1-17" : "2-15")",
        value: EvidenceText.gigaelectronvolts(isTotal ? sums.total : sums.physics), children: list(summed))
    ]
    if name == "ecl_phys" {
      parts.append(
        Explanation(
          text: "isolated clusters", value: "\(primitives.isolatedClusters)", children: isolatedClusters))
    }
    return parts
  }

  private func list(_ cells: [Cell]) -> [Explanation] {
    var parts = cells.prefix(Self.cellLimit).map(cell)
    let rest = cells.dropFirst(Self.cellLimit)
    if !rest.isEmpty {
      let counts = rest.reduce(Int32(0)) { $0 + $1.counts }
      parts.append(
        Explanation(
          text: "in \(rest.count) more cells",
          value: EvidenceText.gigaelectronvolts(CalorimeterEnergy(counts: counts))))
    }
    return parts
  }

  private func cell(_ cell: Cell) -> Explanation {
    Explanation(
      text:
        "cell \(cell.number): ring \(map.ring[cell.number]), theta \(EvidenceText.degrees(map.theta[cell.number])), "
        + "phi \(EvidenceText.degrees(map.phi[cell.number])), \(EvidenceText.nanoseconds(cell.time))",
      value: EvidenceText.gigaelectronvolts(CalorimeterEnergy(counts: cell.counts)))
  }

  /// The cell that gives the event its time.
  var timeCell: [Explanation] { sums.largestCell > 0 ? cells.prefix(1).map(cell) : [] }

  /// The corners of clusters in rings 2 to 15, by the rule written out cell by cell.
  var isolatedClusters: [Explanation] {
    let hit = Set(cells.map(\.number))
    func isHit(_ ring: Int, _ place: Int) -> Bool {
      let places = ClusterRegion(ring: ring).places
      return hit.contains(Int(map.cellAtPlace[ring * 36 + (place + places) % places]))
    }
    var corners: [Int] = []
    for ring in 2...15 {
      for place in 0..<ClusterRegion(ring: ring).places where isHit(ring, place) {
        let hasLeft = ring != 2 && ring != 4
        let isCorner =
          !isHit(ring, place - 1) && !(hasLeft && isHit(ring - 1, place))
          && !(isHit(ring, place + 1) && hasLeft && isHit(ring - 1, place + 1))
        if isCorner { corners.append(Int(map.cellAtPlace[ring * 36 + place])) }
      }
    }
    return cells.filter { corners.contains($0.number) }.map(cell)
  }

  /// All clusters.
  var clusters: [Explanation] { (0..<primitives.clusters.count).map { cluster($0) } }

  /// One cluster with its cells.
  func cluster(_ index: Int) -> Explanation {
    let clusters = primitives.clusters
    let central = Int(clusters.cell[index])
    let star = clusters.energy(index) * 10 / Float(map.energyRatio[central])
    return Explanation(
      text: "cluster \(index + 1): ring \(clusters.ring[index]), theta \(EvidenceText.degrees(clusters.theta[index])), "
        + "phi \(EvidenceText.degrees(clusters.phi[index])), E* \(EvidenceText.gigaelectronvolts(star)), "
        + EvidenceText.nanoseconds(clusters.time[index]),
      value: EvidenceText.gigaelectronvolts(CalorimeterEnergy(counts: clusters.counts[index])),
      children: cells(ofCluster: index))
  }

  /// The cells of a cluster: the central one and its neighbours over threshold.
  func cells(ofCluster index: Int) -> [Explanation] {
    let centre = Int(primitives.clusters.cell[index])
    let members = Set([centre] + (0..<8).map { Int(map.neighbours[centre * 8 + $0]) })
    return cells.filter { members.contains($0.number) }.map(cell)
  }

  /// The pairs of rings of the two-dimensional Bhabha logic that have the energy.
  func ringGroups(_ name: String) -> [Explanation] {
    let types = sums.bhabhaTypes
    return (0..<EnergySums.bhabhaTypeCount).filter {
      types >> UInt16($0) & 1 == 1 && (name == "ecl_bha" || name == "bha_type_\($0)")
    }.map { type in
      let group = EnergySums.bhabhaGroups[type]
      func rings(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "ring \(range.lowerBound)" : "rings \(range.lowerBound)-\(range.upperBound)"
      }
      return Explanation(
        text: "bha_type_\(type): \(rings(group.forward)) and \(rings(group.backward)) with "
          + EvidenceText.gigaelectronvolts(sums.sum(group.backward)),
        value: EvidenceText.gigaelectronvolts(sums.sum(group.forward)))
    }
  }

  /// The pairs of clusters that alone would set a bit.
  func clusterPairs(_ name: String) -> [Explanation] {
    Self.pairs(primitives.clusters.count).filter { first, second in
      let pair = primitives.clusters.only([first, second])
      let logic = ClusterPairLogic(pair, map: map, total: sums.total)
      return logic.sets(name)
    }.map(clusterPair)
  }

  func clusterPair(_ first: Int, _ second: Int) -> Explanation {
    let pair = ClusterPairLogic.Pair(primitives.clusters, first, second, map)
    return Explanation(
      text: "clusters \(first + 1) and \(second + 1): azimuths in the centre of mass differ by \(pair.azimuth) deg, "
        + "polar angles add up to \(pair.polarSum) deg",
      children: [cluster(first), cluster(second)])
  }

  /// The clusters that a low-multiplicity bit is about: for pairs those that fit, else all.
  func lowMultiplicity(_ name: String) -> [Explanation] {
    switch name {
    case "ecl_lml_8", "ecl_lml_9", "ecl_lml_10": clusterPairs(name)
    default: clusters
    }
  }
}

extension ClusterPairLogic {
  /// Whether the pairs set a bit, before vetoes that are not about pairs.
  func sets(_ name: String) -> Bool {
    switch name {
    case "ecl_3dbha", "bha_veto": isBhabha
    case "bha_intrk": isBhabhaInTracker
    case "ecl_bhapur", "bha_theta_0", "bha_theta_1": isBhabhaSelection
    case "ecl_mumu": isMuonPair
    case "ecl_taub2b": isTauPair
    case "ecl_taub2b2": isTauPair2
    case "ecl_taub2b3": isTauPair3
    case "ecl_lml_8": isOppositeBothAbove
    case "ecl_lml_9": isOppositeOneAbove
    case "ecl_lml_10": isBackToBack
    default: false
    }
  }
}

extension CalorimeterClusters {
  /// Some of the clusters alone.
  func only(_ chosen: [Int]) -> CalorimeterClusters {
    var clusters = CalorimeterClusters()
    for (entry, index) in chosen.enumerated() {
      clusters.cell[entry] = cell[index]
      clusters.ring[entry] = ring[index]
      clusters.counts[entry] = counts[index]
      clusters.time[entry] = time[index]
      clusters.theta[entry] = theta[index]
      clusters.phi[entry] = phi[index]
    }
    clusters.count = chosen.count
    return clusters
  }
}
