import Foundation

/// The contents of the bins of one component per unit of its yield, with their derivatives along its own parameters.
struct ComponentContents {
  var values: [Double]
  /// By parameter, then bin.
  var first: [[Double]]
  /// By pair of parameters (row by row of a lower triangle), then bin.
  var second: [[Double]]
}

/// A component's form with its parameters as positions in the fit.
struct ComponentForm {
  private enum Kind {
    case fixed([Double])
    case linear([[Double]])
    case density(Density, nodes: [SIMD2<Double>], perBin: Int)
  }

  private enum Density {
    case exponential
    case powerLaw
    case peak(PeakCurve)
  }

  /// Positions of its parameters.
  let parameters: [Int]
  /// Variances of the contents per squared unit of the yield; empty where there are no errors.
  let variances: [Double]
  private let kind: Kind

  /// Nodes of each bin for the integral of a density over it.
  private static let nodes: [SIMD2<Double>] = [
    // Gauss and Legendre's five points on [-1, 1], with half their weights.
    SIMD2(0, 0.28444444444444444), SIMD2(0.53846931010568309, 0.23931433524968324),
    SIMD2(-0.53846931010568309, 0.23931433524968324), SIMD2(0.90617984593866399, 0.11846344252809454),
    SIMD2(-0.90617984593866399, 0.11846344252809454),
  ]

  init(
    _ form: SpectrumComponent.Form, edges: [Double], bins: Int, position: (String) throws(FitRefusal) -> Int
  ) throws(FitRefusal) {
    func places(_ names: [String]) throws(FitRefusal) -> [Int] {
      var result: [Int] = []
      for name in names { result.append(try position(name)) }
      return result
    }
    func density(_ density: Density) throws(FitRefusal) -> Kind {
      guard edges.count == bins + 1 else {
        throw .invalidInput("a spectrum of \(bins) bins with \(edges.count) edges, expected \(bins + 1)")
      }
      var points: [SIMD2<Double>] = []
      for (low, high) in zip(edges, edges.dropFirst()) {
        guard low < high, high - low < .infinity else { throw .invalidInput("the edges of the bins do not ascend") }
        for node in Self.nodes {
          points.append(SIMD2(0.5 * (low + high) + 0.5 * (high - low) * node.x, (high - low) * node.y))
        }
      }
      return .density(density, nodes: points, perBin: Self.nodes.count)
    }
    var errors: [Double] = []
    switch form {
    case .template(let contents, let variances):
      guard contents.count == bins, contents.allSatisfy(\.isFinite) else {
        throw .invalidInput(
          "a template of \(contents.count) contents for \(bins) bins, expected one finite number each")
      }
      guard variances.isEmpty || variances.count == bins, variances.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw .invalidInput("variances of a template of \(bins) bins: expected none, or one for each, not negative")
      }
      errors = variances.contains { $0 > 0 } ? variances : []
      parameters = []
      kind = .fixed(contents)
    case .polynomial(let basis, let coefficients):
      guard edges.count == bins + 1, let low = edges.first, let high = edges.last, low < high else {
        throw .invalidInput("a polynomial needs the edges of the bins")
      }
      let integrals = edges.map {
        basis.integrals(to: 2 * ($0 - low) / (high - low) - 1, order: coefficients.count)
      }
      parameters = try places(coefficients)
      kind = .linear(
        (0...coefficients.count).map { i in (0..<bins).map { integrals[$0 + 1][i] - integrals[$0][i] } })
    case .exponential(let rate):
      parameters = try places([rate])
      kind = try density(.exponential)
    case .powerLaw(let power):
      guard let low = edges.first, low > 0 else { throw .invalidInput("a power law needs bins above 0") }
      parameters = try places([power])
      kind = try density(.powerLaw)
    case .peak(let shape, let mass, let deviation):
      parameters = try places([mass, deviation])
      kind = try density(.peak(PeakCurve(shape)))
    }
    variances = errors
  }

  /// The contents at a point of the fit; nil outside the domain of the form's parameters.
  func contents(at point: [Double]) -> ComponentContents? {
    switch kind {
    case .fixed(let values): return ComponentContents(values: values, first: [], second: [])
    case .linear(let columns):
      var values = columns[0]
      for (index, parameter) in parameters.enumerated() {
        for bin in values.indices { values[bin] += point[parameter] * columns[index + 1][bin] }
      }
      let n = parameters.count
      return ComponentContents(
        values: values, first: Array(columns.dropFirst()),
        second: [[Double]](repeating: [], count: n * (n + 1) / 2))
    case .density(let density, let nodes, let perBin): return integrated(density, nodes, perBin, point)
    }
  }

  /// Integrals over the bins, divided by their sum.
  private func integrated(
    _ density: Density, _ nodes: [SIMD2<Double>], _ perBin: Int, _ point: [Double]
  ) -> ComponentContents? {
    let n = parameters.count
    let bins = nodes.count / perBin
    // Value, first and second derivatives of every bin before the division.
    let terms = 1 + n + n * (n + 1) / 2
    var raw = [[Double]](repeating: [Double](repeating: 0, count: bins), count: terms)
    let reference = nodes[0].x
    for (index, node) in nodes.enumerated() {
      let bin = index / perBin
      switch density {
      case .exponential:
        let t = node.x - reference
        let value = node.y * exp(-point[parameters[0]] * t)
        raw[0][bin] += value
        raw[1][bin] -= t * value
        raw[2][bin] += t * t * value
      case .powerLaw:
        let t = log(node.x / reference)
        let value = node.y * exp(-point[parameters[0]] * t)
        raw[0][bin] += value
        raw[1][bin] -= t * value
        raw[2][bin] += t * t * value
      case .peak(let curve):
        let deviation = point[parameters[1]]
        guard deviation > 0 else { return nil }
        let z = (node.x - point[parameters[0]]) / deviation
        let (value, slope, curvature) = curve(z)
        let s = 1 / deviation
        raw[0][bin] += node.y * value
        raw[1][bin] -= node.y * slope * s
        raw[2][bin] -= node.y * z * slope * s
        raw[3][bin] += node.y * curvature * s * s
        raw[4][bin] += node.y * (slope + z * curvature) * s * s
        raw[5][bin] += node.y * (2 * z * slope + z * z * curvature) * s * s
      }
    }
    let sums = raw.map { $0.reduce(0, +) }
    guard sums[0] > 0, sums.allSatisfy(\.isFinite) else { return nil }
    let norm = 1 / sums[0]
    var result = ComponentContents(
      values: raw[0].map { $0 * norm }, first: [], second: [])
    for i in 0..<n {
      result.first.append((0..<bins).map { (raw[1 + i][$0] - result.values[$0] * sums[1 + i]) * norm })
    }
    for i in 0..<n {
      for j in 0...i {
        let term = 1 + n + i * (i + 1) / 2 + j
        result.second.append(
          (0..<bins).map { bin in
            let mixed: Double = result.first[i][bin] * sums[1 + j] + result.first[j][bin] * sums[1 + i]
            return (raw[term][bin] - result.values[bin] * sums[term] - mixed) * norm
          })
      }
    }
    return result
  }
}

/// A peak's form with its first two derivatives along z, up to a factor.
struct PeakCurve {
  private let parts: [(height: Double, inverseWidth: Double, offset: Double, low: PowerTail?, high: PowerTail?)]

  init(_ shape: SignalShape) { parts = Self.parts(shape, height: 1, width: 1, offset: 0) }

  private static func parts(
    _ shape: SignalShape, height: Double, width: Double, offset: Double
  ) -> [(height: Double, inverseWidth: Double, offset: Double, low: PowerTail?, high: PowerTail?)] {
    func part(_ low: PowerTail?, _ high: PowerTail?)
      -> [(height: Double, inverseWidth: Double, offset: Double, low: PowerTail?, high: PowerTail?)]
    {
      let core = SignalShape.core(from: low.map { -$0.start } ?? -.infinity, to: high?.start ?? .infinity)
      return [(height / (width * ((low?.area ?? 0) + core + (high?.area ?? 0))), 1 / width, offset, low, high)]
    }
    switch shape {
    case .gaussian: return part(nil, nil)
    case .crystalBall(let tail): return part(tail, nil)
    case .mirroredCrystalBall(let tail): return part(nil, tail)
    case .doubleSidedCrystalBall(let low, let high): return part(low, high)
    case .sum(let components):
      let whole = components.reduce(0) { $0 + $1.fraction }
      return components.flatMap {
        parts(
          $0.shape, height: height * $0.fraction / whole, width: width * $0.width, offset: offset + width * $0.offset)
      }
    }
  }

  func callAsFunction(_ z: Double) -> (value: Double, slope: Double, curvature: Double) {
    var sum = (value: 0.0, slope: 0.0, curvature: 0.0)
    for part in parts {
      let y = (z - part.offset) * part.inverseWidth
      let tail = y < 0 ? part.low : part.high
      let distance = abs(y)
      let value: Double
      let slope: Double
      let curvature: Double
      if let tail, distance > tail.start {
        let ratio = tail.power / tail.start
        let reach = ratio - tail.start + distance
        value = exp(-0.5 * tail.start * tail.start) * pow(ratio / reach, tail.power)
        slope = (y < 0 ? 1 : -1) * tail.power / reach * value
        curvature = tail.power * (tail.power + 1) / (reach * reach) * value
      } else {
        value = exp(-0.5 * y * y)
        slope = -y * value
        curvature = (y * y - 1) * value
      }
      let w = part.inverseWidth
      sum.value += part.height * value
      sum.slope += part.height * slope * w
      sum.curvature += part.height * curvature * w * w
    }
    return sum
  }
}
