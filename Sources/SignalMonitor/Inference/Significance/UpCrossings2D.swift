import Foundation
import Statistics

/// What the largest excess of a search in two parameters is worth, from the Euler characteristic of the region above a level.
///
/// O. Vitells and E. Gross, Astropart. Phys. 35 (2011) 230: expected characteristic phi(u) = P(chi2_1 > u) +
/// e^(-u/2) (N1 + sqrt(u) N2) at a level u of the likelihood ratio q0 (u = Z^2).
public struct UpCrossings2D: Codable, Hashable, Sendable {
  /// Coefficient of e^(-u/2).
  public let first: Double
  /// Coefficient of sqrt(u) e^(-u/2).
  public let second: Double

  /// The coefficients from the mean Euler characteristic in background toys at two levels of q0.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for equal or negative levels.
  public init(characteristics: (at0: Double, at1: Double), levels: (Double, Double)) throws(FitRefusal) {
    guard levels.0 >= 0, levels.1 >= 0, levels.0 != levels.1 else {
      throw .invalidInput("levels \(levels.0) and \(levels.1), expected two that are different and not negative")
    }
    let scaled = { (characteristic: Double, level: Double) -> Double in
      (characteristic - ChiSquareDistribution.tail(level, degrees: 1)) * exp(0.5 * level)
    }
    let a = scaled(characteristics.at0, levels.0)
    let b = scaled(characteristics.at1, levels.1)
    second = (b - a) / (levels.1.squareRoot() - levels.0.squareRoot())
    first = a - second * levels.0.squareRoot()
  }

  /// The probability that the background gives a likelihood ratio of at least `level` anywhere.
  public func globalProbability(ofRatio level: Double) -> Double {
    let root = max(level, 0).squareRoot()
    let expected = ChiSquareDistribution.tail(level, degrees: 1) + exp(-0.5 * level) * (first + second * root)
    return min(max(expected, 0), 1)
  }

  /// The Euler characteristic of the cells above a level: connected islands (by edges) less the holes in them.
  ///
  /// Cells less neighbouring pairs plus full squares of four. Rows shorter than the first end early.
  public static func characteristic(_ map: [[Double]], level: Double) -> Int {
    let above = { (row: Int, column: Int) -> Bool in
      row < map.count && column < map[row].count && map[row][column] > level
    }
    var sum = 0
    for row in map.indices {
      for column in map[row].indices where above(row, column) {
        let right = above(row, column + 1)
        let below = above(row + 1, column)
        sum += 1 - (right ? 1 : 0) - (below ? 1 : 0) + (right && below && above(row + 1, column + 1) ? 1 : 0)
      }
    }
    return sum
  }
}
