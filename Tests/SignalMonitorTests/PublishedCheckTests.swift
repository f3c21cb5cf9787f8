import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Values published by others")
struct PublishedCheckTests {
  @Test("Every value of the table is reproduced within its tolerance")
  func table() throws {
    let checks = try PublishedCheck.all()
    #expect(checks.count == 105)
    var compared = 0
    for check in checks where check.test != "Euler characteristic" {
      let ours = try #require(try check.ours(), "no answer to \(check)")
      let theirs = PublishedCheck.numbers(check.recomputed)
      #expect(ours.count == theirs.count, "\(check): \(ours)")
      let relative = check.tolerance.hasSuffix("%")
      let tolerance = try #require(PublishedCheck.numbers(check.tolerance).first)
      for (our, their) in zip(ours, theirs) {
        // Branching fractions stand beside candidates: the tolerance is the candidates'.
        let allowed =
          relative ? tolerance / 100 * their : (abs(their) < 1e-6 && tolerance > 1e-6 ? 0.01 * their : tolerance)
        #expect(abs(our - their) <= allowed + Self.rounding(check, their), "\(check): \(our) and \(their)")
        compared += 1
      }
    }
    #expect(compared > 180)
  }

  /// Half a unit of the last digit printed, for tables that print few.
  private static func rounding(_ check: PublishedCheck, _ value: Double) -> Double {
    switch check.test {
    case "Vitells-Gross 2D": return 0.0005 * value
    case "CLs Poisson", "tau->3mu counting": return 5.1e-6
    case "Gross-Vitells": return 0.05 * (value > 100 ? 1 : 0)
    default: return 0
    }
  }

  @Test("One event of tau to three muons over 0.5 with frequentist CLs gives the branching fraction that was published")
  func tauToThreeMuons() throws {
    // Belle II, JHEP 09 (2024) 062: 1.9e-8. The recipe for the background's error is not public: 1.8 to 2.1e-8.
    let normalization = try SignalNormalization(exposure: ParentParticles.taus(luminosity: 424), efficiency: 0.2042)
    #expect(abs(normalization.candidatesPerUnit / 1.591e8 - 1) < 1e-3)
    for error in [0.05, 0.25, 1.4] {
      let region = try CountingRegion(count: 1, background: BackgroundEstimate(expectation: 0.5, error: error))
      let limit = normalization.converted(try region.upperLimit(confidence: 0.9))
      #expect((1.8e-8...2.1e-8).contains(limit.value), "\(error): \(limit)")
      #expect(limit.method.contains("exact"))
    }
  }

  @Test("Islands less holes are counted")
  func eulerCharacteristic() {
    let ring: [[Double]] = [[1, 1, 1], [1, 0, 1], [1, 1, 1]]
    #expect(UpCrossings2D.characteristic(ring, level: 0.5) == 0)
    let islands: [[Double]] = [[1, 0, 0, 1, 1], [0, 1, 0, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 0, 1]]
    // Corners do not connect: four islands and one more cell.
    #expect(UpCrossings2D.characteristic(islands, level: 0.5) == 5)
    #expect(UpCrossings2D.characteristic([[1, 1], [1]], level: 0.5) == 1)
    #expect(UpCrossings2D.characteristic([], level: 0) == 0)
  }
}
