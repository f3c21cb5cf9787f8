import Foundation
import SignalMonitor

/// The text of a fit of several spectra.
struct SpectraReport {
  let result: SpectraResult
  let confidence: Double

  /// Parameters, what the components hold, and the limit of the parameter asked for.
  var lines: [String] {
    if let refusal = result.refusal { return ["  \(refusal)"] }
    var lines = ["  " + row(["parameter", "value", "error", "interval"])]
    for parameter in result.parameters {
      let note = parameter.isFixed ? "held" : parameter.isAtBound ? "on its bound" : "-"
      var interval = "-"
      if let low = parameter.errorLow, let high = parameter.errorHigh {
        interval = "\(number(low)) +\(number(high))"
      }
      lines.append(
        "  " + row([parameter.name, number(parameter.value), parameter.error.map(number) ?? note, interval]))
    }
    for spectrum in result.spectra {
      let parts = spectrum.components.map { "\($0.name) \(number($0.expected))" }.joined(separator: ", ")
      lines.append("  \(spectrum.name): \(number(spectrum.candidates)) candidates, fitted: \(parts)")
    }
    if let goodness = result.goodness {
      lines.append(
        "  chi-square \(number(goodness.chiSquare)) for \(goodness.degreesOfFreedom) degrees of freedom, probability "
          + number(goodness.probability))
    }
    if let found = result.ofInterest {
      lines.append(
        "  \(found.parameter): local significance \(String(format: "%.2f", found.localSignificance)) sigma (one look), "
          + "limit \(number(found.limit)), expected \(number(found.expectedLimit.median)) "
          + String(format: "(%g %%)", 100 * confidence))
    }
    if let missing = result.missing { lines.append("  \(missing)") }
    return lines
  }

  private func number(_ value: Double) -> String { String(format: "%.5g", value) }

  private func row(_ cells: [String]) -> String {
    zip(cells, [20, 14, 14, 24]).map { cell, width in
      String(repeating: " ", count: max(width - cell.count, 1)) + cell
    }.joined()
  }
}
