import Foundation
import SignalMonitor
import TriggerStudies

/// Projections as tables for people and for programs.
struct SensitivityReport {
  private let projections: [SensitivityProjection]

  init(_ projections: [SensitivityProjection]) { self.projections = projections }

  /// A table for each channel and luminosity, then one line for each.
  var text: String {
    var text = ""
    for projection in projections {
      text += "\(projection.channel): \(projection.title), \(Self.short(projection.luminosity))/fb, "
      text += "\(Self.short(100 * projection.confidence)) % CL\n"
      for share in projection.backgrounds {
        text +=
          "  \(share.process): \(share.events) events for \(Self.short(share.simulatedLuminosity))/fb, "
          + "\(share.selected) selected, \(Self.short(share.expected)) expected\n"
      }
      for remark in projection.remarks { text += "  \(remark)\n" }
      if !projection.limits.isEmpty { text += "\n" + table(projection).text }
      for range in projection.ranges {
        text +=
          "\n  published \(range.quantity) limits from \(Self.short(range.published[0])) to \(Self.short(range.published[1]))"
          + "\(range.unit.isEmpty ? "" : " " + range.unit), expected \(Self.short(range.expected[0])) to "
          + "\(Self.short(range.expected[1])): ratios \(Self.short(range.ratios[0])) and \(Self.short(range.ratios[1]))\n"
      }
      text += "\n"
    }
    var summary = TextTable([("channel", .left), ("luminosity", .right), ("expected/published", .right)])
    for projection in projections {
      summary.add([
        projection.channel, "\(Self.short(projection.luminosity))/fb",
        projection.ratio.map(Self.short) ?? "–",
      ])
    }
    return text + summary.text
  }

  private func table(_ projection: SensitivityProjection) -> TextTable {
    let unit = projection.unit.isEmpty ? "" : " [\(projection.unit)]"
    var columns: [(String, TextTable.Alignment)] = [("mass [GeV]", .right)]
    let hasSecond = projection.limits.contains { $0.secondMass != nil }
    let hasLifetime = projection.limits.contains { $0.lifetime != nil }
    let hasRegion = projection.limits.contains { $0.region != nil }
    if hasSecond { columns.append(("h' [GeV]", .right)) }
    if hasLifetime { columns.append(("c tau [cm]", .right)) }
    if hasRegion { columns.append(("region", .left)) }
    columns += [
      ("background", .right), ("efficiency", .right), ("yield limit", .right),
      ("\(projection.quantity ?? "limit")\(unit)", .right), ("± %", .right), ("published", .right), ("ratio", .right),
    ]
    var table = TextTable(columns)
    for limit in projection.limits {
      var cells = [limit.mass.map(Self.short) ?? "–"]
      if hasSecond { cells.append(limit.secondMass.map(Self.short) ?? "–") }
      if hasLifetime { cells.append(limit.lifetime.map(Self.short) ?? "prompt") }
      if hasRegion { cells.append(limit.region ?? "") }
      let background =
        limit.isWithoutSimulation
        ? "< \(Self.short(limit.backgroundError))"
        : "\(Self.short(limit.background)) ± \(Self.short(limit.backgroundError))"
      cells += [
        background, limit.efficiency.map(Self.short) ?? "–", Self.short(limit.yieldLimit.median),
        projection.quantity.flatMap { limit.median(of: $0, unit: projection.unit) }.map(Self.short) ?? "–",
        limit.isWithoutSimulation ? "–" : Self.short(100 * limit.relativeError), limit.published.map(Self.short) ?? "",
        limit.ratio.map(Self.short) ?? "",
      ]
      table.add(cells)
    }
    return table
  }

  /// One row a hypothesis.
  var commaSeparatedValues: String {
    var text =
      "channel,luminosity,mass,second_mass,lifetime,region,method,background,background_error,efficiency,yield_limit,"
      + "quantity,unit,limit,minus1,plus1,relative_error,published,ratio\n"
    func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for projection in projections {
      for limit in projection.limits {
        let expected = limit.limits.first { $0.quantity == projection.quantity && $0.unit == projection.unit }?.expected
        let cells = [
          projection.channel, "\(projection.luminosity)", cell(limit.mass), cell(limit.secondMass),
          cell(limit.lifetime),
          limit.region ?? "", limit.method.rawValue, cell(limit.background), cell(limit.backgroundError),
          cell(limit.efficiency), cell(limit.yieldLimit.median), projection.quantity ?? "", projection.unit,
          cell(expected?.median), cell(expected?.minus1), cell(expected?.plus1), cell(limit.relativeError),
          cell(limit.published), cell(limit.ratio),
        ]
        text += cells.joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private static func short(_ value: Double) -> String { NumberText.significant(value, 3) }
}
