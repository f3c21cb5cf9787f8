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

  /// The members, four at a time; the array may be longer.
  private var blocks: [HitBlock] = []
  private var blockCount = 0
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
    fill(hits: hits, table: table, eventTime: eventTime)
    for pass in temperatures.indices {
      // Times of flight and propagation move little once the helix is near.
      if pass == 0 || pass == temperatures.count - 2 { measure(state, table: table) }
      let halfInverse = 0.5 / temperatures[pass]
      let noise = 1 / AnnealedFit.growth(AnnealedFit.cut * halfInverse)
      // The hits are as uncertain as the temperature says; so is what is known beforehand.
      let scaledPrior = prior * temperatures[pass]
      var sums = HitBlock.Sums()
      let count = blockCount
      var span = blocks.mutableSpan
      for index in 0..<count { span[index].weigh(state, halfInverse: halfInverse, noise: noise, into: &sums) }
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
      // The members are asked after the last pass.
      if pass == temperatures.count - 1 { AnnealedFit.store(blocks, in: &members) }
      guard weightSum > 3, let (step, covariance) = normal.solved(right) else { return nil }
      // A step over a radian or a metre is not an improvement of anything.
      guard abs(step[1]) < 1, abs(step[0]) < 100, abs(step[3]) < 300 else { return nil }
      state = state.stepped(by: step)
      guard state.isFinite, abs(state.omega) < 0.2, 1 + state.omega * state.d0 > 0.05 else { return nil }
      result = Result(covariance: covariance, chi2: chi2, weight: weightSum)
    }
    return result
  }

  /// Evaluates distances and gradients for a helix; no side has a weight afterwards.
  mutating func evaluate(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    fill(hits: hits, table: table, eventTime: eventTime)
    measure(state, table: table)
    let count = blockCount
    var span = blocks.mutableSpan
    for index in 0..<count { span[index].evaluate(state) }
    AnnealedFit.store(blocks, in: &members)
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
  private mutating func fill(hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double) {
    blockCount = (members.count + 3) / 4
    if blocks.count < blockCount {
      blocks.append(contentsOf: repeatElement(HitBlock(), count: blockCount - blocks.count))
    }
    AnnealedFit.fill(&blocks, blockCount, from: members, hits: hits, table: table, eventTime: eventTime)
  }

  private static func fill(
    _ blocks: inout [HitBlock], _ count: Int, from members: borrowing [Member], hits: borrowing ChamberHits,
    table: borrowing WireTable, eventTime: Double
  ) {
    let lines = hits.line.span
    let times = hits.time.span
    let layerNumbers = hits.layer.span
    let drifts = table.drifts.span
    let source = members.span
    var span = blocks.mutableSpan
    for block in 0..<count {
      let start = 4 * block
      let last = source.count - 1
      let lane1 = min(start + 1, last)
      let lane2 = min(start + 2, last)
      let lane3 = min(start + 3, last)
      let hit0 = Int(source[start].hit)
      let hit1 = Int(source[lane1].hit)
      let hit2 = Int(source[lane2].hit)
      let hit3 = Int(source[lane3].hit)
      let line0 = lines[hit0]
      let line1 = lines[hit1]
      let line2 = lines[hit2]
      let line3 = lines[hit3]
      let layer0 = Int(layerNumbers[hit0])
      let layer1 = Int(layerNumbers[hit1])
      let layer2 = Int(layerNumbers[hit2])
      let layer3 = Int(layerNumbers[hit3])
      let drift0 = drifts[layer0]
      let drift1 = drifts[layer1]
      let drift2 = drifts[layer2]
      let drift3 = drifts[layer3]
      span[block].x = SIMD4<Double>(SIMD4<Float>(line0[0], line1[0], line2[0], line3[0]))
      span[block].y = SIMD4<Double>(SIMD4<Float>(line0[1], line1[1], line2[1], line3[1]))
      span[block].slopeX = SIMD4<Double>(SIMD4<Float>(line0[2], line1[2], line2[2], line3[2]))
      span[block].slopeY = SIMD4<Double>(SIMD4<Float>(line0[3], line1[3], line2[3], line3[3]))
      span[block].arc = SIMD4<Double>(source[start].arc, source[lane1].arc, source[lane2].arc, source[lane3].arc)
      span[block].time =
        SIMD4<Double>(SIMD4<Float>(times[hit0], times[hit1], times[hit2], times[hit3])) - eventTime
      span[block].backwardZ = SIMD4<Double>(drift0[0], drift1[0], drift2[0], drift3[0])
      span[block].driftEdge = SIMD4<Double>(drift0[1], drift1[1], drift2[1], drift3[1])
      span[block].largestDrift = SIMD4<Double>(drift0[2], drift1[2], drift2[2], drift3[2])
      span[block].layer = SIMD4<Int32>(
        Int32(truncatingIfNeeded: layer0), Int32(truncatingIfNeeded: layer1), Int32(truncatingIfNeeded: layer2),
        Int32(truncatingIfNeeded: layer3))
      span[block].present = SIMD4<Double>(
        1, start + 1 <= last ? 1 : 0, start + 2 <= last ? 1 : 0, start + 3 <= last ? 1 : 0)
      span[block].positive = .zero
      span[block].negative = .zero
    }
  }

  /// Gives the members what the blocks know of them.
  private static func store(_ blocks: borrowing [HitBlock], in members: inout [Member]) {
    let source = blocks.span
    var span = members.mutableSpan
    for index in span.indices {
      let number = index >> 2
      let lane = index & 3
      span[index].arc = source[number].arc[lane]
      span[index].positive = source[number].positive[lane]
      span[index].negative = source[number].negative[lane]
      span[index].distance = source[number].distance[lane]
      span[index].drift = source[number].drift[lane]
      span[index].inverseVariance = source[number].inverseVariance[lane]
      span[index].gradient = SIMD8<Double>(
        source[number].gradient0[lane], source[number].gradient1[lane], source[number].gradient2[lane],
        source[number].gradient3[lane], source[number].gradient4[lane], 0, 0, 0)
    }
  }

  /// Turns times into distances for the current helix.
  private mutating func measure(_ state: HelixState, table: borrowing WireTable) {
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let timePerArc = pathPerArc / (AnnealedFit.beta(of: state) * PhysicalConstants.speedOfLight)
    let count = blockCount
    var span = blocks.mutableSpan
    for index in 0..<count { span[index].measure(state, timePerArc: timePerArc, table: table) }
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
