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
    /// Counts, of weights the effective ones.
    var counts: [Double]
    /// Effective counts for a unit of content; empty where contents are counts.
    var inverseScales: [Double]
    var components: [Component]

    func inverseScale(_ bin: Int) -> Double { inverseScales.isEmpty ? 1 : inverseScales[bin] }
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
      var counts = spectrum.counts
      var inverseScales: [Double] = []
      if spectrum.variances.isEmpty {
        guard counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .badCounts }
      } else {
        let scaled = try ScaledCounts(contents: counts, variances: spectrum.variances)
        (counts, inverseScales) = (scaled.counts, scaled.inverseScales)
      }
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
      parts.append(Part(counts: counts, inverseScales: inverseScales, components: components))
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

  /// What is expected in the bins of one spectrum, and what was counted.
  struct Expectation {
    /// Effective counts.
    var counts: [Double]
    /// Expected contents.
    var contents: [Double]
    /// Variances of these from the errors of templates.
    var variances: [Double]
    /// Effective counts for a unit of content.
    var inverseScales: [Double]

    /// Adds the bins' half deviances and Pearson's sum with the sum of the inverse variances; false where an expectation
    /// is not positive.
    func add(_ half: inout Double, _ chiSquare: inout Double, _ inverse: inout Double) -> Bool {
      var isPositive = true
      for bin in counts.indices {
        let scale = inverseScales[bin]
        let (n, mu, variance) = (counts[bin], contents[bin] * scale, variances[bin] * scale * scale)
        half += BinLikelihood(n, mu, variance: variance)?.value ?? .infinity
        guard mu > 0 else {
          isPositive = false
          continue
        }
        chiSquare += (n - mu) * (n - mu) / (mu + variance)
        inverse += 1 / (mu + variance)
      }
      return isPositive
    }
  }

  /// The expectation of every bin; nil outside the domain.
  func expectations(at point: [Double]) -> [Expectation]? {
    var result: [Expectation] = []
    for part in parts {
      let zeros = [Double](repeating: 0, count: part.counts.count)
      var found = Expectation(
        counts: part.counts, contents: zeros, variances: zeros,
        inverseScales: part.counts.indices.map(part.inverseScale))
      for component in part.components {
        guard let contents = component.form.contents(at: point) else { return nil }
        let size = point[component.yield] * unit(component, point)
        for bin in zeros.indices { found.contents[bin] += size * contents.values[bin] }
        for (bin, variance) in component.form.variances.enumerated() { found.variances[bin] += size * size * variance }
      }
      result.append(found)
    }
    return result
  }

  /// The expected contents of the components of a spectrum, added over its bins.
  func componentContents(of spectrum: Int, at point: [Double]) -> [Double] {
    parts[spectrum].components.map { component in
      let size = point[component.yield] * unit(component, point)
      return size * (component.form.contents(at: point)?.values.reduce(0, +) ?? .nan)
    }
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
    var variance = mu
    // The derivative of every bin along every parameter that moves it.
    var slopes = [[Double]?](repeating: nil, count: n)
    var spreads = slopes
    func add(_ factor: Double, _ values: [Double], _ parameter: Int, to slopes: inout [[Double]?]) {
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
      add(size, contents.values, component.yield, to: &slopes)
      for factor in component.factors {
        add(yield * size * factor.logarithm, contents.values, factor.position, to: &slopes)
      }
      for (own, values) in zip(component.form.parameters, contents.first) {
        add(yield * size, values, own, to: &slopes)
      }
      let errors = component.form.variances
      if !errors.isEmpty {
        let square = yield * yield * size * size
        for bin in 0..<bins { variance[bin] += square * errors[bin] }
        add(2 * yield * size * size, errors, component.yield, to: &spreads)
        for factor in component.factors { add(2 * square * factor.logarithm, errors, factor.position, to: &spreads) }
      }
      all.append((component, size, contents))
    }
    var value = 0.0
    var derivatives = BinDerivatives(bins: bins)
    for bin in 0..<bins {
      let scale = part.inverseScale(bin)
      guard
        let term = BinLikelihood(part.counts[bin], mu[bin] * scale, variance: variance[bin] * scale * scale),
        term.value < .infinity
      else { return nil }
      value += term.value
      derivatives.set(bin, term, scale: scale)
    }
    let moving = slopes.indices.filter { slopes[$0] != nil }
    for (index, i) in moving.enumerated() {
      guard let left = slopes[i] else { continue }
      gradient[i] += Self.dot(derivatives.mean, left)
      var weighted = zip(derivatives.meanMean, left).map { $0 * $1 }
      var mixed: [Double]?
      if !all.allSatisfy(\.component.form.variances.isEmpty) {
        let spread = spreads[i] ?? [Double](repeating: 0, count: bins)
        gradient[i] += Self.dot(derivatives.variance, spread)
        for bin in 0..<bins { weighted[bin] += derivatives.mixed[bin] * spread[bin] }
        mixed = (0..<bins).map {
          derivatives.mixed[$0] * left[$0] + derivatives.varianceVariance[$0] * spread[$0]
        }
      }
      for j in moving[...index] {
        guard let right = slopes[j] else { continue }
        hessian[i, j] += Self.dot(weighted, right)
        if let mixed, let spread = spreads[j] { hessian[i, j] += Self.dot(mixed, spread) }
      }
    }
    for entry in all {
      addCurvature(entry.component, entry.size, entry.contents, point, derivatives.mean, &hessian)
      addSpreadCurvature(entry.component, entry.size, point, derivatives.variance, &hessian)
    }
    return value
  }

  /// The derivatives of all bins along their expected contents and the variances of these.
  private struct BinDerivatives {
    var mean: [Double]
    var variance: [Double]
    var meanMean: [Double]
    var mixed: [Double]
    var varianceVariance: [Double]

    init(bins: Int) {
      mean = [Double](repeating: 0, count: bins)
      (variance, meanMean, mixed, varianceVariance) = (mean, mean, mean, mean)
    }

    mutating func set(_ bin: Int, _ term: BinLikelihood, scale: Double) {
      let square = scale * scale
      mean[bin] = scale * term.first.mean
      variance[bin] = square * term.first.variance
      meanMean[bin] = square * term.second.mean
      mixed[bin] = square * scale * term.second.mixed
      varianceVariance[bin] = square * square * term.second.variance
    }
  }

  /// The part of the Hessian that the curvature of the variance of the expectation makes.
  private func addSpreadCurvature(
    _ component: Component, _ size: Double, _ point: [Double], _ slope: [Double], _ hessian: inout SymmetricMatrix
  ) {
    let errors = component.form.variances
    guard !errors.isEmpty else { return }
    let whole = Self.dot(slope, errors) * size * size
    let yield = point[component.yield]
    hessian[component.yield, component.yield] += 2 * whole
    for (index, factor) in component.factors.enumerated() {
      let mixed = 4 * yield * whole * factor.logarithm
      hessian[component.yield, factor.position] += component.yield == factor.position ? 2 * mixed : mixed
      for (place, other) in component.factors[...index].enumerated() {
        let both = 4 * yield * yield * whole * factor.logarithm * other.logarithm
        hessian[factor.position, other.position] += place < index && other.position == factor.position ? 2 * both : both
      }
    }
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
