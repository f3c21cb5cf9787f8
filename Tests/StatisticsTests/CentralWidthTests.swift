import Statistics
import Testing

@Suite("Central width") struct CentralWidthTests {
  @Test(
    "is the standard deviation of a Gaussian whatever its tails do, with an interval that covers it two times in three")
  func gaussian() throws {
    var random = CounterRandom(seed: 1, experiment: 1, run: 1, event: 1, purpose: .generation)
    var covered = 0
    var sum = 0.0
    for _ in 0..<300 {
      var values = (0..<200).map { _ in 3 + 2 * random.gaussian() }
      // Three far outliers of 200 widen it by 3 %.
      values[0] = 1e6
      let width = try #require(CentralWidth.estimate(of: values))
      sum += width.value
      if width.low <= 2, width.high >= 2 { covered += 1 }
    }
    #expect(abs(sum / 300 - 2.02) < 0.05)
    // 205 expected for 68.27 %; four standard deviations are 32.
    #expect(abs(covered - 205) < 35)
  }

  @Test("is not stated for fewer than ten values or such as are no numbers")
  func refused() {
    #expect(CentralWidth.estimate(of: Array(repeating: 1, count: 9)) == nil)
    #expect(CentralWidth.estimate(of: Array(repeating: 1, count: 19) + [.nan]) == nil)
    #expect(CentralWidth.estimate(of: (0..<11).map(Double.init))?.value == 4)
    #expect(CentralWidth.median([3, 1, 2, 10]) == 2.5)
    #expect(CentralWidth.median([]).isNaN)
  }
}
