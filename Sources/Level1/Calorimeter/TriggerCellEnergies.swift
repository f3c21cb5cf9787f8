import CLanes
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

  private let cellOfCrystal: ScratchBuffer<UInt16>
  private let countStore = ScratchBuffer<Int32>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let timeStore = ScratchBuffer<Float>(repeating: 0, count: TriggerCellMap.cells + 1)
  private let bitStore = ScratchBuffer<UInt64>(repeating: 0, count: 10)
  /// Of each cell the most energetic crystal in the window: its energy as a rising whole number, 0 if there is none, in the
  /// upper half, the bits of its time in the lower.
  private let largest = ScratchBuffer<UInt64>(repeating: 0, count: padded)
  /// Sum of the energies of each cell, and of these times their times.
  private let sums = ScratchBuffer<SIMD2<Float>>(repeating: .zero, count: padded)

  /// Random numbers drawn ahead, and how many of them are used up.
  private let noise = ScratchBuffer<UInt64>(repeating: 0, count: 16)
  private var drawn = 0

  /// Cells with entry 0, filled up to a multiple of eight.
  private static let padded = (TriggerCellMap.cells + 8) / 8 * 8
  /// Cells below this are left out, in GeV.
  private static let smallest: Float = 0.04

  /// - Parameter cellOfCrystal: trigger cell of each crystal, 1 to 8736; entry 0 unused.
  package init(cellOfCrystal: [UInt16]) {
    self.cellOfCrystal = ScratchBuffer(cellOfCrystal)
    counts = countStore.elements
    times = timeStore.elements
    hit = bitStore.elements
  }

  /// Fills the cells of one event. Crystal numbers must be known and energies and times finite.
  ///
  /// - Parameter random: the event's sequence for this, of which more may be drawn than is used.
  package func fill(crystal: Span<UInt16>, energy: Span<Float>, time: Span<Float>, random: inout CounterRandom) {
    precondition(crystal.count == energy.count && crystal.count == time.count, "an energy and a time to every crystal")
    counts.update(repeating: 0)
    hit.update(repeating: 0)
    findLargest(crystal, energy, time)
    addUp(crystal, energy, time)
    let sums = self.sums.elements
    drawn = noise.elements.count
    for group in stride(from: 0, to: Self.padded, by: 8) {
      let isLarge: SIMDMask<SIMD8<Int32>> = sums.eight(group).evenHalf .> Self.smallest
      var rest = sluice_bits_int8(unsafeBitCast(isLarge, to: SIMD8<Int32>.self))
      while rest != 0 {
        let cell = group + rest.trailingZeroBitCount
        rest &= rest - 1
        measure(cell, sums[cell], random: &random)
      }
    }
  }

  /// Finds the most energetic crystal in the window of each cell, the first of equals.
  ///
  /// Written with whole numbers and without branches on the hits: whether one is in the window, or larger than those
  /// before, cannot be foretold. The bits of numbers that are not negative rise with their size.
  private func findLargest(_ crystal: Span<UInt16>, _ energy: Span<Float>, _ time: Span<Float>) {
    let cells = cellOfCrystal.elements
    let largest = self.largest.elements
    largest.update(repeating: UInt64(Float.infinity.bitPattern))
    let window = Self.window.bitPattern
    for index in crystal.indices {
      let cell = Int(cells[Int(crystal[unchecked: index])])
      let time = time[unchecked: index]
      // The first crystal in the window counts even if its energy is not positive.
      let size = UInt64(UInt32(bitPattern: max(Int32(bitPattern: energy[unchecked: index].bitPattern), 0))) + 1
      let candidate = (time.magnitude.bitPattern <= window ? size : 0) << 32 | UInt64(time.bitPattern)
      let before = largest[cell]
      largest[cell] = candidate >> 32 > before >> 32 ? candidate : before
    }
  }

  /// Adds up the crystals that go with the most energetic one of their cell; none go with the infinite time of a cell that has
  /// no such one.
  private func addUp(_ crystal: Span<UInt16>, _ energy: Span<Float>, _ time: Span<Float>) {
    let cells = cellOfCrystal.elements
    let largest = self.largest.elements
    let sums = self.sums.elements
    sums.update(repeating: .zero)
    // Eight hits at a time, since lanes are compared without a branch.
    let whole = crystal.count & ~7
    energy.withUnsafeBufferPointer { energy in
      time.withUnsafeBufferPointer { time in
        for first in stride(from: 0, to: whole, by: 8) {
          var reference = SIMD8<Float>()
          for lane in 0..<8 {
            let cell = Int(cells[Int(crystal[unchecked: first &+ lane])])
            reference[lane] = Float(bitPattern: UInt32(truncatingIfNeeded: largest[cell]))
          }
          let times = time.eight(first)
          let distance = times - reference
          let isTogether = (distance .<= Self.pulse) .& (distance .>= -Self.pulse)
          let mask = unsafeBitCast(isTogether, to: SIMD8<UInt32>.self)
          let shares = unsafeBitCast(
            unsafeBitCast(energy.eight(first), to: SIMD8<UInt32>.self) & mask, to: SIMD8<Float>.self)
          let weighted = shares * times
          for lane in 0..<8 {
            sums[Int(cells[Int(crystal[unchecked: first &+ lane])])] += SIMD2(shares[lane], weighted[lane])
          }
        }
        for index in whole..<crystal.count {
          let cell = Int(cells[Int(crystal[unchecked: index])])
          let distance = time[index] - Float(bitPattern: UInt32(truncatingIfNeeded: largest[cell]))
          guard distance.magnitude <= Self.pulse else { continue }
          sums[cell] += SIMD2(energy[index], energy[index] * time[index])
        }
      }
    }
  }

  /// Whether a random word is seen at once to leave a cell below threshold: its normal number is negative, or less than a
  /// deviation where more than one is missing. Most background cells go this way.
  @inline(__always)
  private static func cannotPass(_ word: UInt64, missing: Double, _ variance: Double) -> Bool {
    let isNegative = word >> 63 == 0
    // Of the positive half the numbers below 0.95 deviations: their probability beyond is above 0.17.
    let isSmall = word & 0x7FFF_FFFF_FFFF_FFFF > 0x2B85_1EB8_51EB_851E
    return isNegative || isSmall && missing * missing > variance
  }

  /// The next number of the event's sequence, which is drawn a few at a time.
  @inline(__always)
  private func nextWord(_ random: inout CounterRandom) -> UInt64 {
    if drawn == noise.elements.count {
      random.next(into: noise.elements)
      drawn = 0
    }
    drawn &+= 1
    return noise.elements[drawn &- 1]
  }

  @inline(__always)
  private func measure(_ cell: Int, _ sums: SIMD2<Float>, random: inout CounterRandom) {
    let sum = Double(sums.x)
    // Two independent normal numbers, one proportional to the energy and one not, are one of their summed variance.
    let variance = 0.02 * sum * 0.02 * sum + 0.010 * 0.010
    let word = nextWord(&random)
    if sum <= Self.threshold && Self.cannotPass(word, missing: Self.threshold - sum, variance) { return }
    let deviation = variance.squareRoot()
    let energy = sum + deviation * CounterRandom.gaussian(word)
    guard energy > Self.threshold else { return }
    let timeDeviation = min(4 + 20 * (0.1 / energy), 25)
    let time = Double(sums.y / sums.x)
    let measured = Float(time + timeDeviation * CounterRandom.gaussian(nextWord(&random)))
    guard abs(measured) <= Self.window else { return }
    // 10 TeV is beyond anything a collision can leave and well inside the integer.
    counts[cell] = Int32((min(energy, 10_000) / Self.step).rounded())
    times[cell] = measured
    hit[cell >> 6] |= 1 << UInt64(cell & 63)
  }
}

extension UnsafeBufferPointer<Float> {
  /// Eight numbers from an index on.
  @inline(__always)
  fileprivate func eight(_ index: Int) -> SIMD8<Float> {
    UnsafeRawPointer(baseAddress.unsafelyUnwrapped + index).loadUnaligned(as: SIMD8<Float>.self)
  }
}

extension UnsafeMutableBufferPointer<SIMD2<Float>> {
  /// Eight pairs from an index on.
  @inline(__always)
  fileprivate func eight(_ index: Int) -> SIMD16<Float> {
    UnsafeRawPointer(baseAddress.unsafelyUnwrapped + index).loadUnaligned(as: SIMD16<Float>.self)
  }
}
