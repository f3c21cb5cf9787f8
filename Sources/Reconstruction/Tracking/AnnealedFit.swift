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
    var arc: Float
    /// Weights of the two sides.
    var positive: Float = 0
    var negative: Float = 0
    /// From the last evaluation: distance of the track and drift distance, cm.
    var distance: Float = 0
    var drift: Float = 0
    /// 1/variance of the drift distance, 1/cm^2.
    var inverseVariance: Float = 0

    init(hit: Int, arc: Float) {
      self.hit = Int32(truncatingIfNeeded: hit)
      self.arc = arc
    }

    var weight: Float { positive + negative }

    /// Measured distance of the track from the wire with the sign of the likelier side, cm.
    var measured: Float { positive >= negative ? drift : -drift }
  }

  /// The members, eight at a time; the array may be longer.
  private var blocks: [HitBlock] = []
  private var blockCount = 0
  /// Hits in the fit; filled by the caller before, read with their weights after.
  var members: [Member] = []
  /// Mass of the particle, GeV: of its time of flight.
  var mass = Mass.pion
  /// A hit farther than this from the track (in chi-squared) is more likely noise.
  static let cut: Float = 12

  /// What a fit leaves besides the parameters.
  struct Result {
    /// The helix at which distances and gradients of the members were evaluated last: that before the last step.
    var reference: HelixState
    /// Sum of weights times chi-squared, and of weights.
    var chi2: Double
    var weight: Double
  }

  /// Improves a circle through axial hits by one step per temperature; z and dip angle stay.
  /// - Parameters:
  ///   - temperatures: up to the first that is 0.
  ///   - prior: inverse variance of d0 about 0.
  /// - Returns: false if the hits do not determine the circle or the fit leaves the numbers it can work with.
  mutating func runCircle(
    _ state: inout HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double,
    temperatures: SIMD4<Float>, prior: Double
  ) -> Bool {
    for pass in 0..<4 where temperatures[pass] > 0 {
      let temperature = temperatures[pass]
      let helix = HelixLanes(state)
      // Times of flight and propagation move little once the circle is near.
      if pass == 0 { measure(state, helix, table: table) }
      let halfInverse = 0.5 / temperature
      let noise = 1 / AnnealedFit.growth(AnnealedFit.cut * halfInverse)
      var sums = FitSums(pivot: pivot)
      let count = blockCount
      var span = blocks.mutableSpan
      for index in 0..<count {
        span[index].approachCircle(helix)
        span[index].weigh(halfInverse: halfInverse, noise: noise, into: &sums)
        span[index].addCircle(to: &sums)
      }
      // The hits are as uncertain as the temperature says; so is what is known beforehand.
      guard sums.weight.total > 3,
        let step = sums.circleStep(d0: state.d0, prior: prior * Double(temperature)),
        AnnealedFit.take(step, &state)
      else { return false }
    }
    AnnealedFit.store(blocks, in: &members)
    return true
  }

  /// Improves a helix by one step per temperature.
  /// - Parameter temperatures: up to the first that is 0.
  /// - Returns: nil if the hits do not determine the helix or the fit leaves the numbers it can work with.
  mutating func run(
    _ state: inout HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double,
    temperatures: SIMD4<Float>
  ) -> Result? {
    var result: Result?
    fill(hits: hits, table: table, eventTime: eventTime)
    for pass in 0..<4 where temperatures[pass] > 0 {
      let helix = HelixLanes(state)
      measure(state, helix, table: table)
      let halfInverse = 0.5 / temperatures[pass]
      let noise = 1 / AnnealedFit.growth(AnnealedFit.cut * halfInverse)
      var sums = FitSums(pivot: pivot)
      let count = blockCount
      var span = blocks.mutableSpan
      for index in 0..<count {
        span[index].approach(helix)
        span[index].weigh(halfInverse: halfInverse, noise: noise, into: &sums)
        span[index].addHelix(to: &sums)
      }
      let weight = sums.weight.total
      result = Result(reference: state, chi2: sums.chi2.total, weight: weight)
      guard weight > 3, let step = sums.helixStep(), AnnealedFit.take(step, &state) else { return nil }
    }
    AnnealedFit.store(blocks, in: &members)
    return result
  }

  /// Evaluates distances of axial hits for a circle; no side has a weight afterwards.
  mutating func evaluateCircle(
    _ state: HelixState, hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double
  ) {
    fill(hits: hits, table: table, eventTime: eventTime)
    let helix = HelixLanes(state)
    measure(state, helix, table: table)
    let count = blockCount
    var span = blocks.mutableSpan
    for index in 0..<count { span[index].approachCircle(helix) }
    AnnealedFit.store(blocks, in: &members)
  }

  /// One least-squares step with the sides as the members have them, from the distances of the last evaluation.
  /// - Parameter prior: inverse variance of d0 about 0.
  /// - Returns: false if the hits do not determine the circle.
  mutating func stepCircle(_ state: inout HelixState, prior: Double) -> Bool {
    var sums = FitSums(pivot: pivot)
    AnnealedFit.addSides(of: members, to: &blocks, blockCount, &sums)
    // A seed's distances are not those of a fit: the prior weighs as at temperature 5.
    guard let step = sums.circleStep(d0: state.d0, prior: prior * 5) else { return false }
    return AnnealedFit.take(step, &state)
  }

  private static func addSides(
    of members: borrowing [Member], to blocks: inout [HitBlock], _ count: Int, _ sums: inout FitSums
  ) {
    let source = members.span
    var span = blocks.mutableSpan
    for index in 0..<count {
      for lane in 0..<min(8, source.count - 8 * index) {
        span[index].positive[lane] = source[8 * index + lane].positive
        span[index].negative[lane] = source[8 * index + lane].negative
      }
      span[index].addCircle(to: &sums)
    }
  }

  /// Takes the weights from the members in layers before one.
  mutating func drop(before layer: Int, hits: borrowing ChamberHits) {
    let layers = hits.layer.span
    var span = members.mutableSpan
    for index in span.indices where Int(layers[Int(span[index].hit)]) < layer {
      span[index].positive = 0
      span[index].negative = 0
    }
  }

  /// Derivatives of the distance of a member by the helix parameters, at the last evaluation.
  @inline(__always)
  func gradient(of member: Int) -> SIMD8<Double> {
    let lane = member & 7
    let block = blocks.span[member >> 3]
    return SIMD8<Double>(
      Double(block.gradient0[lane]), Double(block.gradient1[lane]), Double(block.gradient2[lane]),
      Double(block.gradient3[lane]), Double(block.gradient4[lane]), 0, 0, 0)
  }

  /// Takes a step if it is one: over a radian or a metre is not an improvement of anything.
  @inline(__always)
  private static func take(_ step: SIMD8<Double>, _ state: inout HelixState) -> Bool {
    guard abs(step[1]) < 1, abs(step[0]) < 100, abs(step[3]) < 300 else { return false }
    state = state.stepped(by: step)
    return state.isFinite && abs(state.omega) < 0.2 && 1 + state.omega * state.d0 > 0.05
  }

  /// Arc length in the middle of the hits, which come in the order of layers, cm.
  private var pivot: Float {
    guard let first = members.first, let last = members.last else { return 0 }
    return 0.5 * (first.arc + last.arc)
  }

  /// Puts the members into blocks of eight; the last block is filled up with hits that do not count.
  private mutating func fill(hits: borrowing ChamberHits, table: borrowing WireTable, eventTime: Double) {
    blockCount = (members.count + 7) / 8
    if blocks.count < blockCount {
      blocks.append(contentsOf: repeatElement(HitBlock(), count: blockCount - blocks.count))
    }
    AnnealedFit.fill(&blocks, blockCount, from: members, hits: hits, table: table, eventTime: Float(eventTime))
  }

  private static func fill(
    _ blocks: inout [HitBlock], _ count: Int, from members: borrowing [Member], hits: borrowing ChamberHits,
    table: borrowing WireTable, eventTime: Float
  ) {
    let lines = table.lines.span
    let wires = hits.wire.span
    let times = hits.time.span
    let layerNumbers = hits.layer.span
    let drifts = table.drifts.span
    let source = members.span
    var span = blocks.mutableSpan
    for block in 0..<count {
      let start = 8 * block
      let filled = min(8, source.count - start)
      for lane in 0..<8 {
        let member = source[start + min(lane, filled - 1)]
        let hit = Int(member.hit)
        let line = lines[Int(wires[hit])]
        let drift = drifts[Int(layerNumbers[hit])]
        span[block].x[lane] = line[0]
        span[block].y[lane] = line[1]
        span[block].slopeX[lane] = line[2]
        span[block].slopeY[lane] = line[3]
        span[block].arc[lane] = member.arc
        span[block].time[lane] = times[hit] - eventTime
        span[block].backwardZ[lane] = drift[0]
        span[block].driftEdge[lane] = drift[1]
        span[block].largestDrift[lane] = drift[2]
        span[block].present[lane] = lane < filled ? 1 : 0
      }
      span[block].positive = .zero
      span[block].negative = .zero
    }
  }

  /// Gives the members what the blocks know of them.
  private static func store(_ blocks: borrowing [HitBlock], in members: inout [Member]) {
    let source = blocks.span
    var span = members.mutableSpan
    for index in span.indices {
      let number = index >> 3
      let lane = index & 7
      span[index].arc = source[number].arc[lane]
      span[index].positive = source[number].positive[lane]
      span[index].negative = source[number].negative[lane]
      span[index].distance = source[number].distance[lane]
      span[index].drift = source[number].drift[lane]
      span[index].inverseVariance = source[number].inverseVariance[lane]
    }
  }

  /// Turns times into distances for the current helix.
  @inline(__always)
  private mutating func measure(_ state: HelixState, _ helix: HelixLanes, table: borrowing WireTable) {
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let timePerArc = Float(pathPerArc / (AnnealedFit.beta(of: state, mass: mass) * PhysicalConstants.speedOfLight))
    let count = blockCount
    var span = blocks.mutableSpan
    for index in 0..<count { span[index].measure(helix, timePerArc: timePerArc, table: table) }
  }

  /// exp(x) for x >= 0 to the accuracy weights need, in a form that is quick and the same everywhere: (1 + x/32)^32,
  /// bounded so that it stays finite.
  @inline(__always)
  static func growth(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let base: SIMD8<Float> = 1 + x.replacing(with: 256, where: x .> 256) * (1.0 / 32.0)
    let square = base * base
    let fourth = square * square
    let eighth = fourth * fourth
    let sixteenth = eighth * eighth
    return sixteenth * sixteenth
  }

  /// The same for one number.
  @inline(__always)
  static func growth(_ x: Float) -> Float {
    let base = 1 + min(x, 256) * (1.0 / 32.0)
    let square = base * base
    let fourth = square * square
    let eighth = fourth * fourth
    let sixteenth = eighth * eighth
    return sixteenth * sixteenth
  }

  /// Speed of a particle on a helix in units of c.
  @inline(__always)
  static func beta(of state: HelixState, mass: Double) -> Double {
    let pT = 0.00449689 / max(abs(state.omega), 1e-6)
    let square = pT * pT * (1 + state.tanLambda * state.tanLambda)
    return (square / (square + mass * mass)).squareRoot()
  }
}
