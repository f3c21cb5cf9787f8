import Kinematics

/// Least-squares fit of a helix to drift-chamber hits whose side of the wire and membership are not known.
///
/// Every hit offers two positions, left and right of its wire. They compete, with each other and with being noise, by
/// weights exp(-chi2/2T) that harden as the temperature T falls to 1: at first a hit counts at its wire, in the end at one
/// side or not at all (deterministic annealing filter, R. Frühwirth and A. Strandlie, Comput. Phys. Commun. 120 (1999) 197).
/// One Gauss-Newton step is made at each temperature.
struct AnnealedFit {
  /// A hit in the fit.
  struct Member {
    /// Index into `ChamberHits`.
    var hit: Int32
    /// Arc length of the closest approach, cm.
    var arc: Double
    /// Weights of the two sides.
    var positive = 0.0
    var negative = 0.0
    /// From the last evaluation: distance of the track and drift distance, cm, and the gradient of the former.
    var distance = 0.0
    var drift = 0.0
    /// 1/variance of the drift distance, 1/cm^2.
    var inverseVariance = 0.0
    var gradient = SIMD8<Double>.zero

    init(hit: Int, arc: Double) {
      self.hit = Int32(truncatingIfNeeded: hit)
      self.arc = arc
    }

    var weight: Double { positive + negative }

    /// Measured distance of the track from the wire with the sign of the likelier side, cm.
    var measured: Double { positive >= negative ? drift : -drift }
  }

  /// The members, four at a time.
  private var blocks: [HitBlock] = []
  /// Hits in the fit; filled by the caller before, read with their weights after.
  var members: [Member] = []
  /// A hit farther than this from the track (in chi-squared) is more likely noise.
  static let cut = 12.0

  /// What a fit leaves besides the parameters.
  struct Result {
    var covariance: Matrix5
    /// Sum of weights times chi-squared, and of weights.
    var chi2: Double
    var weight: Double
  }

  /// Improves a state by one step per temperature.
  /// - Parameters:
  ///   - prior: inverse variances of the parameters: about 0 for d0, about the current values for the others, to hold those
  ///     the hits say nothing about.
  /// - Returns: nil if the hits do not determine the helix or the fit leaves the numbers it can work with.
  mutating func run(
    _ state: inout HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double,
    temperatures: [Double], prior: SIMD8<Double>
  ) -> Result? {
    var result: Result?
    for pass in temperatures.indices {
      // Times of flight and propagation move little once the helix is near.
      if pass == 0 || pass == temperatures.count - 2 {
        measure(state, hits: hits, table: table, eventTime: eventTime)
        AnnealedFit.fill(&blocks, from: members, hits: hits)
      }
      let halfInverse = 0.5 / temperatures[pass]
      let noise = 1 / AnnealedFit.growth(AnnealedFit.cut * halfInverse)
      // The hits are as uncertain as the temperature says; so is what is known beforehand.
      let scaledPrior = prior * temperatures[pass]
      var sums = HitBlock.Sums()
      var span = blocks.mutableSpan
      for index in span.indices { span[index].weigh(state, halfInverse: halfInverse, noise: noise, into: &sums) }
      let weightSum = sums.weight.total
      let chi2 = sums.chi2.total
      var normal = sums.matrix
      normal.row0[0] += scaledPrior[0]
      normal.row1[1] += scaledPrior[1]
      normal.row2[2] += scaledPrior[2]
      normal.row3[3] += scaledPrior[3]
      normal.row4[4] += scaledPrior[4]
      var right = sums.right
      right[0] -= scaledPrior[0] * state.d0
      // The members are asked after the last pass, and before times become distances anew.
      if pass == temperatures.count - 1 || pass + 1 == temperatures.count - 2 {
        AnnealedFit.store(blocks, in: &members)
      }
      guard weightSum > 3, let (step, covariance) = normal.solved(right) else { return nil }
      // A step over a radian or a metre is not an improvement of anything.
      guard abs(step[1]) < 1, abs(step[0]) < 100, abs(step[3]) < 300 else { return nil }
      state = state.stepped(by: step)
      guard state.isFinite, abs(state.omega) < 0.2, 1 + state.omega * state.d0 > 0.05 else { return nil }
      result = Result(covariance: covariance, chi2: chi2, weight: weightSum)
    }
    return result
  }

  /// Evaluates distances and gradients for a helix without changing any weight.
  mutating func evaluate(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    measure(state, hits: hits, table: table, eventTime: eventTime)
    let lines = hits.line.span
    var span = members.mutableSpan
    for index in span.indices {
      let approach = WireDistance(of: state, to: lines[Int(span[index].hit)], from: span[index].arc)
      span[index].arc = approach.arc
      span[index].distance = approach.distance
      span[index].gradient = approach.gradient
    }
  }

  /// One least-squares step with the sides as they are set, from the distances of the last evaluation.
  /// - Returns: false if the hits do not determine the helix.
  mutating func step(_ state: inout HelixState, prior: SIMD8<Double>) -> Bool {
    var normal = Matrix5(diagonal: prior)
    var right = SIMD8<Double>(-prior[0] * state.d0, 0, 0, 0, 0, 0, 0, 0)
    for member in members where member.weight > 0.5 {
      let scale = member.inverseVariance * 0.2
      normal.add(weight: scale, outer: member.gradient)
      right += member.gradient * (scale * (member.measured - member.distance))
    }
    guard let (step, _) = normal.solved(right), abs(step[1]) < 1, abs(step[0]) < 100 else { return false }
    state = state.stepped(by: step)
    return state.isFinite && abs(state.omega) < 0.2 && 1 + state.omega * state.d0 > 0.05
  }

  /// Puts the members into blocks of four; the last block is filled up with hits that do not count.
  private static func fill(_ blocks: inout [HitBlock], from members: [Member], hits: borrowing ChamberHits) {
    let lines = hits.line.span
    blocks.removeAll(keepingCapacity: true)
    let span = members.span
    var start = 0
    while start < span.count {
      var block = HitBlock()
      for lane in 0..<4 {
        let index = min(start + lane, span.count - 1)
        let line = lines[Int(span[index].hit)]
        block.x[lane] = Double(line[0])
        block.y[lane] = Double(line[1])
        block.slopeX[lane] = Double(line[2])
        block.slopeY[lane] = Double(line[3])
        block.arc[lane] = span[index].arc
        block.drift[lane] = span[index].drift
        block.inverseVariance[lane] = span[index].inverseVariance
        block.present[lane] = start + lane < span.count ? 1 : 0
      }
      blocks.append(block)
      start += 4
    }
  }

  /// Gives the members what the blocks know of them.
  private static func store(_ blocks: [HitBlock], in members: inout [Member]) {
    let source = blocks.span
    var span = members.mutableSpan
    for number in source.indices {
      let start = 4 * number
      for lane in 0..<min(4, span.count - start) {
        let index = start + lane
        span[index].arc = source[number].arc[lane]
        span[index].positive = source[number].positive[lane]
        span[index].negative = source[number].negative[lane]
        span[index].distance = source[number].distance[lane]
        span[index].gradient = SIMD8<Double>(
          source[number].gradient0[lane], source[number].gradient1[lane], source[number].gradient2[lane],
          source[number].gradient3[lane], source[number].gradient4[lane], 0, 0, 0)
      }
    }
  }

  /// Turns times into distances for the current helix.
  private mutating func measure(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    let times = hits.time.span
    let layerNumbers = hits.layer.span
    let layers = table.layers.span
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let timePerArc = pathPerArc / (AnnealedFit.beta(of: state) * PhysicalConstants.speedOfLight)
    var span = members.mutableSpan
    for index in span.indices {
      let hit = Int(span[index].hit)
      let layer = Int(layerNumbers[hit])
      let arc = span[index].arc
      let r = table.driftDistance(
        time: Double(times[hit]) - eventTime, flight: arc * timePerArc, z: state.z0 + arc * state.tanLambda,
        layer: layers[layer])
      span[index].drift = r
      span[index].inverseVariance = table.inverseVariance(of: r, layer: layer)
    }
  }

  /// exp(x) for x >= 0 to the accuracy weights need, in a form that is quick and the same everywhere: (1 + x/32)^32,
  /// bounded so that the product of two stays finite.
  @inline(__always)
  static func growth(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let base = 1 + x.replacing(with: 4096, where: x .> 4096) * (1.0 / 32.0)
    let square = base * base
    let fourth = square * square
    let eighth = fourth * fourth
    let sixteenth = eighth * eighth
    return sixteenth * sixteenth
  }

  /// The same for one number.
  @inline(__always)
  static func growth(_ x: Double) -> Double {
    let base = 1 + min(x, 4096) * (1.0 / 32.0)
    let square = base * base
    let fourth = square * square
    let eighth = fourth * fourth
    let sixteenth = eighth * eighth
    return sixteenth * sixteenth
  }

  /// Speed of a pion on this helix: enough for the time of flight of what the chamber sees.
  @inline(__always)
  static func beta(of state: HelixState) -> Double {
    let pT = 0.00449689 / max(abs(state.omega), 1e-6)
    let square = pT * pT * (1 + state.tanLambda * state.tanLambda)
    return (square / (square + 0.0194798)).squareRoot()
  }
}
