import EventModel
import Statistics

/// Turns crystals into trigger cells: sums, noise, threshold, time, as the front-end modules do.
///
/// - Crystals of a cell whose times lie within 150 ns of the most energetic one in the decision window (±125 ns) add up;
///   the others belong to pulses that the fit cannot separate from it, or to another window.
/// - The measured energy has 2 % and 10 MeV of noise. A cell counts above 100 MeV; its energy is then rounded to
///   the converter's step of 5.25 MeV, so that all sums are of whole numbers.
/// - The measured time has a deviation of 4 ns + 20 ns · (100 MeV / E), at most 25 ns, and must lie in the window.
///
/// The noise is drawn once per event and cell, keyed by the event. Cells with less than 40 MeV are left out: they
/// would need more than six deviations to pass. Source: `Documentation/level1.md`, section "Calorimeter".
package final class TriggerCellEnergies {
  /// A cell must have more than this, in GeV.
  static let threshold = 0.100
  /// Step of the converter in GeV.
  package static let step = 0.00525
  /// Half width of the decision window in ns.
  static let window: Float = 125
  /// Crystals within this time of the cell's largest one add up, in ns.
  static let pulse: Float = 150

  /// Energy of each cell in steps of 5.25 MeV, 0 below threshold; index 0 unused.
  package let counts: UnsafeMutableBufferPointer<Int32>
  /// Time of each cell over threshold, in ns.
  package let times: UnsafeMutableBufferPointer<Float>
  /// Cells over threshold, as bits.
  package let hit: UnsafeMutableBufferPointer<UInt64>

  private let cellOfCrystal: [UInt16]
  private let countStore = ScratchBuffer<Int32>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let timeStore = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let bitStore = ScratchBuffer<UInt64>(repeating: 0, count: 20)
  private let largest = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let largestTime = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let sum = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let timeSum = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)

  /// - Parameter cellOfCrystal: trigger cell of each crystal, 1 to 8736; entry 0 unused.
  package init(cellOfCrystal: [UInt16]) {
    self.cellOfCrystal = cellOfCrystal
    counts = countStore.elements
    times = timeStore.elements
    hit = .init(rebasing: bitStore.elements[..<10])
  }

  /// Fills the cells of one event. Crystal numbers must be known and energies and times finite.
  package func fill(crystal: Span<UInt16>, energy: Span<Float>, time: Span<Float>, random: inout CounterRandom) {
    let touched = UnsafeMutableBufferPointer(rebasing: bitStore.elements[10...])
    let largest = self.largest.elements
    let largestTime = self.largestTime.elements
    let sum = self.sum.elements
    let timeSum = self.timeSum.elements
    counts.update(repeating: 0)
    hit.update(repeating: 0)
    touched.update(repeating: 0)

    for index in crystal.indices {
      guard abs(time[index]) <= Self.window else { continue }
      let cell = Int(cellOfCrystal[Int(crystal[index])])
      let bit: UInt64 = 1 << UInt64(cell & 63)
      if touched[cell >> 6] & bit == 0 {
        touched[cell >> 6] |= bit
        largest[cell] = 0
        largestTime[cell] = time[index]
        sum[cell] = 0
        timeSum[cell] = 0
      }
      if energy[index] > largest[cell] {
        largest[cell] = energy[index]
        largestTime[cell] = time[index]
      }
    }
    for index in crystal.indices {
      let cell = Int(cellOfCrystal[Int(crystal[index])])
      guard touched[cell >> 6] >> UInt64(cell & 63) & 1 == 1, abs(time[index] - largestTime[cell]) <= Self.pulse
      else { continue }
      sum[cell] += energy[index]
      timeSum[cell] += energy[index] * time[index]
    }
    for word in touched.indices {
      var rest = touched[word]
      while rest != 0 {
        let cell = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        guard sum[cell] > 0.04 else { continue }
        measure(cell, sum: Double(sum[cell]), time: Double(timeSum[cell] / sum[cell]), random: &random)
      }
    }
  }

  private func measure(_ cell: Int, sum: Double, time: Double, random: inout CounterRandom) {
    // Two independent normal numbers, one proportional to the energy and one not, are one of their summed variance.
    let deviation = (0.02 * sum * 0.02 * sum + 0.010 * 0.010).squareRoot()
    let energy = sum + deviation * random.gaussian()
    guard energy > Self.threshold else { return }
    let timeDeviation = min(4 + 20 * (0.1 / energy), 25)
    let measured = Float(time + timeDeviation * random.gaussian())
    guard abs(measured) <= Self.window else { return }
    // 10 TeV is beyond anything a collision can leave and well inside the integer.
    counts[cell] = Int32((min(energy, 10_000) / Self.step).rounded())
    times[cell] = measured
    hit[cell >> 6] |= 1 << UInt64(cell & 63)
  }
}
