import Foundation
import SignalMonitor
import Statistics

/// The tables of reference fits in `Tables` (what they are: its README).
struct FitTable {
  /// The rows, as numbers by column.
  let columns: [String: [Double]]
  let count: Int

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Tables")

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let lines = text.split(separator: "\n")
    let names = lines[0].split(separator: ",").map(String.init)
    var columns = [[Double]](repeating: [], count: names.count)
    for line in lines.dropFirst() {
      for (index, word) in line.split(separator: ",").enumerated() { columns[index].append(Double(word) ?? .nan) }
    }
    self.columns = Dictionary(uniqueKeysWithValues: zip(names, columns))
    count = lines.count - 1
  }

  subscript(_ name: String) -> [Double] { columns[name] ?? [] }
}

/// The scan of a narrow peak in a histogram: 500 hypotheses, 200 bins each.
enum NarrowPeak {
  static let shape = SignalShape.crystalBall(tail: PowerTail(start: 1.2, power: 5))

  static func edges(_ spectrum: FitTable) -> [Double] {
    spectrum["low_GeV2"] + [spectrum["high_GeV2"].last ?? 0]
  }

  static func scan(_ spectrum: FitTable, _ fits: FitTable, quantities: PeakQuantities = []) -> BinnedPeakScan {
    let hypotheses = (0..<fits.count).map { j in
      let first = Int(fits["first_bin"][j])
      return BinnedHypothesis(
        mass: fits["x_GeV2"][j], deviation: fits["sigma_GeV2"][j], bins: first..<(first + 200),
        order: Int(fits["order"][j]))
    }
    return BinnedPeakScan(
      edges: edges(spectrum), hypotheses: hypotheses, shape: shape, quantities: quantities, confidence: 0.95)
  }
}

/// The largest of many differences, with where it is.
struct Largest: CustomStringConvertible {
  private(set) var value = 0.0
  private(set) var index = -1

  mutating func add(_ difference: Double, _ index: Int) {
    if !(abs(difference) <= value) {
      value = difference.isNaN ? .infinity : abs(difference)
      self.index = index
    }
  }

  var description: String { "\(value) at \(index)" }
}
