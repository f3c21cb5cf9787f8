import Foundation
import Menu

/// The tables in `Menus/belle2`, read here without any code of the menu language.
struct PublishedTables {
  /// A line of the decision logic as it was published.
  struct Line {
    let name: String
    /// The condition in words; empty where only the sum of products was published.
    let words: String
    let sum: String
  }

  /// The input bits in order.
  let inputs: [String]
  /// The lines in order.
  let lines: [Line]

  static let menus: URL = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Menus")
  }()

  init(version: Int) throws {
    inputs = try Self.rows("ftd\(version)-inputs.tsv").map { $0["name", default: ""] }
    lines = try Self.rows("ftd\(version)-lines.tsv").map {
      Line(name: $0["name", default: ""], words: $0["logic", default: ""], sum: $0["sum_of_products", default: ""])
    }
  }

  /// The menu made from the tables, for words of recorded events.
  static func menu(version: Int, prescales: PrescaleChoice? = nil) throws -> TriggerMenu {
    try TriggerMenu(
      contentsOf: menus.appendingPathComponent("belle2-ftd\(version).yaml").path,
      vocabularies: vocabularies.withGivenBits(), prescales: prescales)
  }

  static func rows(_ name: String) throws -> [[String: String]] {
    let text = try String(contentsOf: menus.appendingPathComponent("belle2/\(name)"), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  /// A sum of products evaluated as it stands.
  static func evaluate(_ sum: String, _ words: ArraySlice<UInt32>) -> Bool {
    if sum.isEmpty { return true }
    return sum.split(separator: "+").contains { product in
      product.split(separator: " ").allSatisfy { factor in
        let isNegated = factor.hasPrefix("!")
        let index = Int(isNegated ? factor.dropFirst() : factor) ?? -1
        return (words[words.startIndex + index / 32] >> UInt32(index % 32) & 1 == 1) != isNegated
      }
    }
  }
}
