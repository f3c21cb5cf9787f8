/// How the calorimeter gives the event its time.
package enum CalorimeterTimingMethod: Int, CaseIterable, Sendable {
  /// The earliest trigger cell over threshold.
  case fastest = 0
  /// The most energetic trigger cell: what the experiment uses.
  case mostEnergetic = 1
  /// The mean of the three most energetic trigger cells, weighted with their energies.
  case weightedMean = 2
}

/// The event time of the calorimeter and how well it is known.
///
/// The cell that gives the time also gives its quality (for the mean the most energetic of the three): coarse up to 1
/// GeV, fine up to 20 GeV, superfine above. Of cells alike in energy or time the lowest number counts.
/// Source: `Documentation/level1.md`, section "Calorimeter".
package struct CalorimeterTiming: Equatable, Sendable {
  /// Time in ns.
  package let time: Float
  /// The cell whose region and energy stand for the time, 1 to 576.
  package let cell: Int
  /// How well the time is known.
  package let quality: TimingQuality

  private static let fine = CalorimeterEnergy(gigaelectronvolts: 1)
  private static let superfine = CalorimeterEnergy(gigaelectronvolts: 20)

  /// The time of an event, nil if no cell is over threshold.
  package init?(_ energies: TriggerCellEnergies, method: CalorimeterTimingMethod = .mostEnergetic) {
    var largest = SIMD4<Int>()
    var fastest = 0
    for word in energies.hit.indices {
      var rest = energies.hit[word]
      while rest != 0 {
        let cell = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        if fastest == 0 || energies.times[cell] < energies.times[fastest] { fastest = cell }
        // The three most energetic so far, in falling order.
        var candidate = cell
        for place in 0..<3 {
          let holder = largest[place]
          if holder == 0 || energies.counts[candidate] > energies.counts[holder] {
            largest[place] = candidate
            candidate = holder
            if holder == 0 { break }
          }
        }
      }
    }
    guard fastest != 0 else { return nil }
    cell = method == .fastest ? fastest : largest[0]
    switch method {
    case .fastest, .mostEnergetic: time = energies.times[cell]
    case .weightedMean:
      var sum: Float = 0
      var weights: Float = 0
      for place in 0..<3 where largest[place] != 0 {
        let weight = Float(energies.counts[largest[place]])
        sum += weight * energies.times[largest[place]]
        weights += weight
      }
      time = sum / weights
    }
    let energy = CalorimeterEnergy(counts: energies.counts[cell])
    quality = energy > Self.superfine ? .superfine : energy > Self.fine ? .fine : .coarse
  }
}
