import Foundation
import Statistics

/// Half the deviance of spectra under their models plus half the squares of the pulls, with derivatives.
struct SpectrumLikelihood: ObjectiveFunction, Sendable {
  private struct Component {
    var yield: Int
    var scale: Double
    var factors: [(position: Int, logarithm: Double)]
    var form: ComponentForm
  }

  private struct Part {
    var counts: [Double]
    var components: [Component]
  }

  private let parts: [Part]
  private let constraints: [(position: Int, mean: Double, weight: Double)]
  let parameterCount: Int

  init(_ spectra: [SpectrumModel], _ parameters: [FitParameter]) throws(FitRefusal) {
    guard !spectra.isEmpty, !parameters.isEmpty else { throw .invalidInput("a fit needs spectra and parameters") }
    let names = parameters.map(\.name)
    guard Set(names).count == names.count else { throw .invalidInput("two parameters have the same name") }
    func position(_ name: String) throws(FitRefusal) -> Int {
      if let position = names.firstIndex(of: name) { return position }
      let hint = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
      throw .invalidInput("no parameter '\(name)'; " + (hint ?? "known: \(names.joined(separator: ", "))"))
    }
    var parts: [Part] = []
    for spectrum in spectra {
      guard spectrum.counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .badCounts }
      guard !spectrum.components.isEmpty else { throw .invalidInput("a spectrum without components") }
      var components: [Component] = []
      for component in spectrum.components {
        var factors: [(position: Int, logarithm: Double)] = []
        for factor in component.factors {
          guard factor.relativeError > -1, factor.relativeError.isFinite else {
            throw .invalidInput("a relative error of \(factor.relativeError), expected one above -1")
          }
          factors.append((try position(factor.parameter), log1p(factor.relativeError)))
        }
        let form = try ComponentForm(
          component.form, edges: spectrum.edges, bins: spectrum.counts.count, position: position)
        components.append(
          Component(yield: try position(component.yield), scale: component.scale, factors: factors, form: form))
      }
      parts.append(Part(counts: spectrum.counts, components: components))
    }
    guard parts.contains(where: { $0.counts.contains { $0 > 0 } }) else { throw .emptyWindow }
    var constraints: [(position: Int, mean: Double, weight: Double)] = []
    for (index, parameter) in parameters.enumerated() {
      guard parameter.start.isFinite else { throw .invalidInput("parameter '\(parameter.name)' starts at no number") }
      guard let constraint = parameter.constraint else { continue }
      guard constraint.error > 0, constraint.mean.isFinite else {
        throw .invalidInput("parameter '\(parameter.name)' has a constraint of error \(constraint.error)")
      }
      constraints.append((index, constraint.mean, 1 / (constraint.error * constraint.error)))
    }
    self.parts = parts
    self.constraints = constraints
    parameterCount = parameters.count
  }

  /// mu - n + n ln(n/mu); infinite where n > 0 and mu is not positive.
  static func halfDeviance(_ n: Double, _ mu: Double) -> Double {
    guard n > 0 else { return mu }
    guard mu > 0 else { return .infinity }
    return mu - n + n * log(n / mu)
  }

  /// The expectation of every bin; nil outside the domain.
  func expectations(at point: [Double]) -> [[Double]]? {
    var result: [[Double]] = []
    for part in parts {
      var mu = [Double](repeating: 0, count: part.counts.count)
      for component in part.components {
        guard let contents = component.form.contents(at: point) else { return nil }
        let size = point[component.yield] * unit(component, point)
        for bin in mu.indices { mu[bin] += size * contents.values[bin] }
      }
      result.append(mu)
    }
    return result
  }

  /// What a unit of the yield is worth.
  private func unit(_ component: Component, _ point: [Double]) -> Double {
    component.factors.reduce(component.scale) { $0 * exp($1.logarithm * point[$1.position]) }
  }

  mutating func evaluate(at point: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double? {
    for index in gradient.indices { gradient[index] = 0 }
    hessian.clear()
    var value = 0.0
    for part in parts {
      guard let added = add(part, point, &gradient, &hessian) else { return nil }
      value += added
    }
    for constraint in constraints {
      let pull = point[constraint.position] - constraint.mean
      value += 0.5 * constraint.weight * pull * pull
      gradient[constraint.position] += constraint.weight * pull
      hessian[constraint.position, constraint.position] += constraint.weight
    }
    return value
  }

  private func add(
    _ part: Part, _ point: [Double], _ gradient: inout [Double], _ hessian: inout SymmetricMatrix
  ) -> Double? {
    let bins = part.counts.count
    let n = parameterCount
    var mu = [Double](repeating: 0, count: bins)
    // The derivative of every bin along every parameter that moves it.
    var slopes = [[Double]?](repeating: nil, count: n)
    func addSlope(_ parameter: Int, _ factor: Double, _ values: [Double]) {
      var slope = slopes[parameter] ?? [Double](repeating: 0, count: bins)
      for bin in 0..<bins { slope[bin] += factor * values[bin] }
      slopes[parameter] = slope
    }
    var all: [(component: Component, size: Double, contents: ComponentContents)] = []
    for component in part.components {
      guard let contents = component.form.contents(at: point) else { return nil }
      let size = unit(component, point)
      let yield = point[component.yield]
      for bin in 0..<bins { mu[bin] += yield * size * contents.values[bin] }
      addSlope(component.yield, size, contents.values)
      for factor in component.factors { addSlope(factor.position, yield * size * factor.logarithm, contents.values) }
      for (own, values) in zip(component.form.parameters, contents.first) { addSlope(own, yield * size, values) }
      all.append((component, size, contents))
    }
    var value = 0.0
    var residual = [Double](repeating: 0, count: bins)
    var weight = residual
    for bin in 0..<bins {
      let count = part.counts[bin]
      let half = Self.halfDeviance(count, mu[bin])
      guard half < .infinity else { return nil }
      value += half
      residual[bin] = count > 0 ? 1 - count / mu[bin] : 1
      weight[bin] = count > 0 ? count / (mu[bin] * mu[bin]) : 0
    }
    let moving = slopes.indices.filter { slopes[$0] != nil }
    for (index, i) in moving.enumerated() {
      guard let left = slopes[i] else { continue }
      gradient[i] += Self.dot(residual, left)
      let weighted = zip(weight, left).map { $0 * $1 }
      for j in moving[...index] {
        guard let right = slopes[j] else { continue }
        hessian[i, j] += Self.dot(weighted, right)
      }
    }
    for entry in all { addCurvature(entry.component, entry.size, entry.contents, point, residual, &hessian) }
    return value
  }

  /// The part of the Hessian that the curvature of the expectation itself makes.
  private func addCurvature(
    _ component: Component, _ size: Double, _ contents: ComponentContents, _ point: [Double], _ residual: [Double],
    _ hessian: inout SymmetricMatrix
  ) {
    let yield = point[component.yield]
    let own = component.form.parameters
    let whole = Self.dot(residual, contents.values)
    let along = contents.first.map { Self.dot(residual, $0) }
    // The two parameters of a mixed derivative stand once in the lower triangle, twice if they are the same.
    func addMixed(_ i: Int, _ j: Int, _ value: Double) { hessian[i, j] += i == j ? 2 * value : value }
    for (index, factor) in component.factors.enumerated() {
      addMixed(component.yield, factor.position, size * factor.logarithm * whole)
      hessian[factor.position, factor.position] += yield * size * factor.logarithm * factor.logarithm * whole
      for other in component.factors[..<index] {
        addMixed(factor.position, other.position, yield * size * factor.logarithm * other.logarithm * whole)
      }
      for (parameter, slope) in zip(own, along) {
        addMixed(factor.position, parameter, yield * size * factor.logarithm * slope)
      }
    }
    for (i, parameter) in own.enumerated() {
      addMixed(component.yield, parameter, size * along[i])
      for j in 0...i {
        let second = contents.second[i * (i + 1) / 2 + j]
        guard !second.isEmpty else { continue }
        let curvature = yield * size * Self.dot(residual, second)
        if i == j {
          hessian[parameter, parameter] += curvature
        } else {
          addMixed(parameter, own[j], curvature)
        }
      }
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
