import ArgumentParser
import ArrowStream
import Foundation
import SignalMonitor

/// `sluice fit --spec FILE --data FILE`: the fits of a specification to numbers from anywhere.
struct SpecificationOptions: ParsableArguments {
  @Option(
    name: .customLong("spec"),
    help: "Fit the numbers of --data with the model of this specification instead of a channel.",
    completion: .file(extensions: ["yaml"]))
  var specification: String?

  @Option(
    name: .customLong("data"),
    help: "Numbers for --spec: a CSV histogram or list, a numpy array (.npy), or an Arrow file with --column.",
    completion: .file(extensions: ["csv", "npy", "arrow"]))
  var data: String?

  @Option(name: .customLong("column"), help: "Column of an Arrow file for --spec, members after dots: reco.mass.")
  var column: String?

  func validate() throws {
    if specification != nil && data == nil { throw ValidationError("--spec needs the numbers: --data FILE") }
    if specification == nil && (data != nil || column != nil) {
      throw ValidationError("--data and --column belong to --spec FILE")
    }
  }

  /// Carries the specification out; false if none was given.
  func run(all: Bool, json: JSONOption) throws -> Bool {
    guard let path = specification, let data else { return false }
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw ChannelUnreadable(file: path, reason: error.localizedDescription)
    }
    let specification = try FitSpecification(yaml: text, file: path)
    let numbers = try FitData(try table(data), for: specification, file: data)
    let result = try SpecificationFit(specification, numbers).result()
    if !json.takesStandardOutput {
      for line in SpecificationReport(result: result).lines(all: all) { print(line) }
    }
    try json.write(
      SpecificationDocument(
        provenance: SpecificationProvenance(specification: path, data: data, command: CommandLine.arguments),
        fit: result))
    return true
  }

  /// Reads the numbers by the kind of the file.
  private func table(_ path: String) throws -> NumberTable {
    if path.hasSuffix(".arrow") || column != nil { return try arrowColumn(path) }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ChannelUnreadable(file: path, reason: error.localizedDescription)
    }
    if bytes.first == 0x93 || path.hasSuffix(".npy") { return try NumberTable(numpy: bytes, file: path) }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw ChannelUnreadable(file: path, reason: "the bytes are no text (UTF-8)")
    }
    return try NumberTable(text: text, file: path)
  }

  /// All numbers of one column, those in lists too.
  private func arrowColumn(_ path: String) throws -> NumberTable {
    let reader = try StreamFileReader(path: path, options: .init(columns: .supported))
    guard let column else {
      throw ValidationError(
        "\(path): --column says which; found \(reader.schema.fields.map(\.name).joined(separator: ", "))")
    }
    let words = column.split(separator: ".").map(String.init)
    guard let first = words.first else { throw ValidationError("--column '\(column)': expected the name of a column") }
    var values: [Double] = []
    for index in 0..<reader.batchCount {
      let batch = try reader.batch(index)
      let array = try batch.column(first)
      for row in 0..<batch.count { try collect(array.value(row), words.dropFirst(), into: &values, path: path) }
    }
    return NumberTable(names: [""], columns: [values])
  }

  private func collect(
    _ value: RowValue, _ members: ArraySlice<String>, into values: inout [Double], path: String
  ) throws {
    switch value {
    case .null: values.append(.nan)
    case .signed(let number): values.append(Double(number))
    case .unsigned(let number): values.append(Double(number))
    case .float32(let number): values.append(Double(number))
    case .float64(let number): values.append(number)
    case .list(let elements): for element in elements { try collect(element, members, into: &values, path: path) }
    case .structure(let found):
      guard let name = members.first, let member = found.first(where: { $0.name == name }) else {
        let known = found.map(\.name).joined(separator: ", ")
        throw ValidationError("\(path): --column \(self.column ?? ""): expected one of the members \(known)")
      }
      try collect(member.value, members.dropFirst(), into: &values, path: path)
    case .bool, .text, .bytes:
      throw ValidationError("\(path): --column \(self.column ?? ""): the column holds no numbers")
    }
  }
}

/// The machine form of a specified fit.
private struct SpecificationDocument: Encodable {
  let schemaVersion = 1
  let provenance: SpecificationProvenance
  let fit: SpecificationResult

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case provenance, fit
  }
}

/// What a specified fit was made from.
private struct SpecificationProvenance: Encodable {
  let specification: String
  let data: String
  let command: [String]
}

/// The text of a specified fit.
struct SpecificationReport {
  let result: SpecificationResult

  /// Counts and a table: the five largest excesses, or every hypothesis.
  func lines(all: Bool) -> [String] {
    var lines = ["\(result.fit): \(result.title) (\(result.method), definition \(result.definition))"]
    if let spectra = result.spectra {
      return lines + SpectraReport(result: spectra, confidence: result.confidence).lines
    }
    let level = String(format: "%g %%", 100 * result.confidence)
    if result.method == "counting" {
      lines.append("  " + row(["row", "count", "background", "sigma", "exact", "asymptotic", "averaged"]))
      for count in result.counts.prefix(all ? .max : 20) {
        lines.append(
          "  "
            + row([
              "\(count.index)", number(count.count, 6),
              "\(number(count.background, 4)) +- \(number(count.backgroundError, 3))",
              count.significance.map { String(format: "%.2f", $0) } ?? "-",
              cell(count.limits["exact"]), cell(count.limits["asymptotic"]), cell(count.limits["averaged"]),
            ]))
        if let refusal = count.refusal { lines.append("    \(refusal)") }
      }
      lines.append("  upper limits at \(level)")
      return lines
    }
    let refused = result.hypotheses.filter { $0.refusal != nil }
    let negative = result.hypotheses.filter { $0.isNegative == true }
    lines.append(
      "  \(number(result.inRange, 12)) candidates, \(number(result.below, 12)) below, \(number(result.above, 12)) above, "
        + "\(result.undefined) undefined")
    lines.append(
      "  \(result.hypotheses.count) hypotheses: \(result.hypotheses.count - refused.count) fitted, \(refused.count) "
        + "refused, \(negative.count) with a negative expectation in the window")
    for hypothesis in refused.prefix(all ? .max : 5) {
      lines.append("    at \(number(hypothesis.value, 6)): \(hypothesis.refusal ?? "")")
    }
    lines.append("")
    lines.append(
      "  " + row([result.observable, "window", "order", "yield", "local", "limit \(level)", "expected"]))
    let ranked = result.hypotheses.filter { $0.localSignificance != nil }
      .sorted { ($0.localSignificance ?? 0) > ($1.localSignificance ?? 0) }
    for hypothesis in all ? result.hypotheses.filter({ $0.refusal == nil }) : Array(ranked.prefix(5)) {
      lines.append(
        "  "
          + row([
            number(hypothesis.value, 6), number(hypothesis.candidates ?? 0, 8), hypothesis.order.map { "\($0)" } ?? "-",
            "\(cell(hypothesis.yield)) +- \(cell(hypothesis.yieldError))",
            hypothesis.localSignificance.map { String(format: "%.2f", $0) } ?? "-", cell(hypothesis.limit),
            cell(hypothesis.expectedLimit),
          ]))
    }
    lines.append("  local: significance in standard deviations, valid for one look at one hypothesis")
    return lines
  }

  private func cell(_ value: Double?) -> String { value.map { number($0, 4) } ?? "-" }

  private func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)g", value) }

  private func row(_ cells: [String]) -> String {
    let widths = [14, 12, 20, 24, 12, 16, 12]
    return zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(width - cell.count, 1)) + cell
    }.joined()
  }
}
