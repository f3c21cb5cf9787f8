import Detector
import Statistics

/// Makes the patterns of short tracks by throwing helices through the layers of the drift chamber.
///
/// Helices come from the beam line with |z0| < 2 cm, polar angles of 20 to 140 degrees and transverse momenta of 0.2 to 3
/// GeV, uniform in z0, in polar angle, in azimuth and in curvature, since it is curvature that moves a track from bin to
/// bin. A helix that crosses the priority layers of super-layers 0 to 4 gives one bin in each, or two where the segment lies across
/// a border, and thereby one or more tuples of bins relative to super-layer 2. Tuples of more than a thousandth of the helices are
/// patterns. A pattern points to an endcap of the calorimeter if more than half of its helices that are no
/// two-dimensional tracks (below 0.3 GeV, or out of the chamber before the fourth axial super-layer) get there before the
/// barrel; the bins that the middle nine tenths of these reach are the pattern's endcap bins.
///
/// Only additions, multiplications, divisions and square roots are used, and random numbers by counter: the result is
/// the same on every machine, and a test holds the committed table to it.
package struct ShortTrackPatternGenerator {
  private let layers: [Layer]
  /// The priority layer of the fourth axial super-layer: what crosses it is a two-dimensional track.
  private let fourthAxial: Layer
  private let calorimeter: Calorimeter

  /// Helices thrown for the committed table.
  package static let standardHelices = 200_000
  private static let curvatureOfOneGigaelectronvolt = 0.00449689

  package init(_ detector: DetectorModel) {
    let chamber = detector.driftChamber
    func layer(_ superLayer: DriftChamberSuperLayer) -> Layer {
      Layer(chamber.layers[superLayer.firstPriorityLayer], superLayer)
    }
    layers = chamber.superLayers.prefix(SegmentAzimuths.superLayers).map(layer)
    fourthAxial = layer(chamber.superLayers[HoughPlane.axialSuperLayers[3]])
    calorimeter = detector.calorimeter
  }

  /// Throws helices and returns the patterns, the most probable first.
  package func patterns(helices: Int = standardHelices) -> [ShortTrackPattern] {
    var found: [SIMD4<Int8>: Record] = [:]
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "short-track patterns"))
    var inside = 0
    for _ in 0..<helices {
      let helix = Helix(&random)
      guard let bins = bins(of: helix) else { continue }
      inside += 1
      let isFull = helix.omega.magnitude < HoughPlane.maximumCurvature && fourthAxial.segment(of: helix) != nil
      let end = isFull ? nil : endcap(of: helix)
      for choice in 0..<(1 << SegmentAzimuths.superLayers) {
        var tuple = SIMD8<Int>()
        var isNew = true
        for index in 0..<SegmentAzimuths.superLayers {
          let second = choice >> index & 1 == 1
          if second && bins[index].first == bins[index].last { isNew = false }
          tuple[index] = second ? bins[index].last : bins[index].first
        }
        guard isNew else { continue }
        func offset(_ index: Int) -> Int8 { Int8(((tuple[index] - tuple[2] + 96) & 63) - 32) }
        let key = SIMD4(offset(0), offset(1), offset(3), offset(4))
        found[key, default: Record()].add(end, innerBin: tuple[0])
      }
    }
    let kept = found.filter { $0.value.helices * 1000 > inside }
    return kept.sorted { left, right in
      if left.value.helices != right.value.helices { return left.value.helices > right.value.helices }
      return Self.precedes(left.key, right.key)
    }.map { $0.value.pattern($0.key) }
  }

  private static func precedes(_ left: SIMD4<Int8>, _ right: SIMD4<Int8>) -> Bool {
    for index in 0..<4 where left[index] != right[index] { return left[index] < right[index] }
    return false
  }

  /// A helix from the beam line.
  private struct Helix {
    let omega: Double
    let cotangent: Double
    let z0: Double
    /// Azimuth at the beam line in turns.
    let turns: Double

    init(_ random: inout CounterRandom) {
      let largest = ShortTrackPatternGenerator.curvatureOfOneGigaelectronvolt / 0.2
      let smallest = ShortTrackPatternGenerator.curvatureOfOneGigaelectronvolt / 3
      let size = random.uniform(smallest, largest)
      omega = random.chance(0.5) ? size : -size
      cotangent = tangent((90 - random.uniform(20, 140)) * Double.pi / 180)
      z0 = random.uniform(-2, 2)
      turns = random.uniform()
    }

    /// Half the angle that the helix turns until a radius, nil if it does not get there.
    func halfTurn(toRadius radius: Double) -> Double? {
      let sine = omega * radius / 2
      return abs(sine) < 1 ? arcsine(sine) : nil
    }

    func z(halfTurn: Double) -> Double { z0 + 2 * halfTurn / omega * cotangent }
  }

  /// The bins of a helix in the five super-layers, nil if it leaves the chamber before.
  private func bins(of helix: Helix) -> [(first: Int, last: Int)]? {
    var bins: [(first: Int, last: Int)] = []
    for layer in layers {
      guard let segment = layer.segment(of: helix) else { return nil }
      bins.append(
        (
          segment * SegmentAzimuths.bins / layer.cells,
          ((segment + 1) * SegmentAzimuths.bins - 1) / layer.cells
        ))
    }
    return bins
  }

  /// Where a helix meets an endcap of the calorimeter: the endcap, and the azimuth there in bins, not wrapped.
  private func endcap(of helix: Helix) -> (destination: ShortTrackPattern.Destination, azimuth: Double) {
    let z = helix.cotangent > 0 ? calorimeter.forwardFrontZ : calorimeter.backwardFrontZ
    let halfTurn = (z - helix.z0) / helix.cotangent * helix.omega / 2
    let barrel = helix.halfTurn(toRadius: calorimeter.barrelFrontRadius)
    // A helix that does not reach the barrel gets to an endcap sooner or later; after a full turn it counts as lost.
    guard halfTurn.magnitude < (barrel?.magnitude ?? Double.pi) else { return (.barrel, 0) }
    let azimuth = Double(SegmentAzimuths.bins) * (helix.turns - halfTurn / (2 * Double.pi))
    return (helix.cotangent > 0 ? .forward : .backward, azimuth)
  }

  /// What the helices of a tuple do.
  private struct Record {
    var helices = 0
    /// Those that are no two-dimensional tracks.
    var short = 0
    /// Relative bins at which they reach either endcap.
    var forward: [Int] = []
    var backward: [Int] = []

    mutating func add(_ end: (destination: ShortTrackPattern.Destination, azimuth: Double)?, innerBin: Int) {
      helices += 1
      guard let end else { return }
      short += 1
      guard end.destination != .barrel else { return }
      // The nearest way around from the inner bin: the angle turned is less than half a circle either way.
      var bin = Int(end.azimuth.rounded(.down)) - innerBin
      while bin > 32 { bin -= 64 }
      while bin < -32 { bin += 64 }
      if end.destination == .forward { forward.append(bin) } else { backward.append(bin) }
    }

    func pattern(_ offsets: SIMD4<Int8>) -> ShortTrackPattern {
      for (destination, bins) in [(ShortTrackPattern.Destination.forward, forward), (.backward, backward)]
      where bins.count * 2 > short {
        let sorted = bins.sorted()
        return ShortTrackPattern(
          offsets: offsets, destination: destination,
          endcapBins: Int8(sorted[sorted.count / 20])...Int8(sorted[(sorted.count - 1) * 19 / 20]))
      }
      return ShortTrackPattern(offsets: offsets, destination: .barrel, endcapBins: 0...0)
    }
  }

  /// The priority layer of a super-layer's segments.
  private struct Layer {
    let cells: Int
    let offset: Double
    let radius: Double
    let zBackward: Double
    let zForward: Double
    /// Half the azimuth by which the forward ends of the wires are turned, and its tangent.
    let halfTwist: Double
    let tangentOfHalfTwist: Double

    init(_ layer: DriftChamberLayer, _ superLayer: DriftChamberSuperLayer) {
      cells = superLayer.cellCount
      offset = layer.cellOffset
      radius = layer.endRadius
      zBackward = layer.zBackward
      zForward = layer.zForward
      halfTwist = layer.twist / 2
      tangentOfHalfTwist = tangent(halfTwist)
    }

    /// The segment whose cell a helix crosses, nil outside the wires.
    func segment(of helix: Helix) -> Int? {
      var radius = radius
      var halfTurn = 0.0
      var slope = 0.0
      // The radius of a stereo layer depends on z, and z on the radius: twice around settles it to micrometres.
      for _ in 0..<3 {
        guard let half = helix.halfTurn(toRadius: radius) else { return nil }
        halfTurn = half
        let fraction = (helix.z(halfTurn: half) - zBackward) / (zForward - zBackward)
        guard fraction > 0 && fraction < 1 else { return nil }
        slope = (2 * fraction - 1) * tangentOfHalfTwist
        let cosine = 1 / (1 + tangentOfHalfTwist * tangentOfHalfTwist).squareRoot()
        radius = self.radius * cosine * (1 + slope * slope).squareRoot()
      }
      let turn = halfTwist + arcsine(slope / (1 + slope * slope).squareRoot())
      let cell = (helix.turns - (halfTurn + turn) / (2 * Double.pi)) * Double(cells) - offset
      let wrapped = Int(cell.rounded()) % cells
      return wrapped < 0 ? wrapped + cells : wrapped
    }
  }
}
