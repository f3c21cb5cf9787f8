import Foundation
import Kinematics
import Testing

/// A small generator for test inputs (SplitMix64): the same numbers on every machine.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func uniform(_ low: Double, _ high: Double) -> Double { Double.random(in: low...high, using: &self) }
}

/// The referee: the equation of motion of a charge in a field along z, integrated numerically. It knows nothing of helices.
/// dp/dl = q k B (p x z)/|p| with k = 0.00299792458 GeV/(T cm), dx/dl = p/|p|.
func integrateMotion(
  position: Vector3, momentum: Vector3, charge: Double, field: Double, path: Double, steps: Int
) -> (position: Vector3, momentum: Vector3) {
  func derivative(_ p: Vector3) -> (Vector3, Vector3) {
    let direction = (1 / p.length) * p
    return (direction, charge * 0.00299792458 * field * direction.cross(Vector3(0, 0, 1)))
  }
  var x = position
  var p = momentum
  let h = path / Double(steps)
  for _ in 0..<steps {
    let (x1, p1) = derivative(p)
    let (x2, p2) = derivative(p + (0.5 * h) * p1)
    let (x3, p3) = derivative(p + (0.5 * h) * p2)
    let (x4, p4) = derivative(p + h * p3)
    x += (h / 6) * (x1 + 2 * x2 + 2 * x3 + x4)
    p += (h / 6) * (p1 + 2 * p2 + 2 * p3 + p4)
  }
  return (x, p)
}

@Suite("Helix")
struct HelixTests {
  func randomParticle(_ random: inout TestRandom) -> (position: Vector3, momentum: Vector3, charge: Double) {
    let position = Vector3(random.uniform(-20, 20), random.uniform(-20, 20), random.uniform(-30, 30))
    let momentum = Vector3(
      length: random.uniform(0.1, 4), theta: random.uniform(0.35, 2.6), phi: random.uniform(-3.1, 3.1))
    return (position, momentum, [-1.0, 0, 1][Int(random.next() % 3)])
  }

  @Test("a helix made at any point passes through that point with that momentum")
  func roundTrip() {
    var random = TestRandom(state: 1)
    for _ in 0..<2000 {
      let (position, momentum, charge) = randomParticle(&random)
      let (helix, arc) = Helix.make(position: position, momentum: momentum, charge: charge)
      #expect((helix.position(at: arc) - position).length < 1e-9)
      #expect((helix.tangent(at: arc).unit - momentum.unit).length < 1e-10)
      #expect(helix.charge == Int(charge))
      if charge != 0 {
        #expect(abs(helix.pT() - momentum.transverse) < 1e-10)
        #expect((helix.momentum(at: arc) - momentum).length < 1e-9)
      }
    }
  }

  @Test("the perigee is the nearest point to the z axis, d0 carries the sign of (perigee x pT)_z")
  func perigee() {
    var random = TestRandom(state: 2)
    for _ in 0..<1000 {
      let (position, momentum, charge) = randomParticle(&random)
      let helix = Helix(position: position, momentum: momentum, charge: charge)
      let perigee = helix.position(at: 0)
      let tangent = helix.tangent(at: 0)
      #expect(abs(perigee.transverse - abs(helix.d0)) < 1e-9)
      #expect(abs(perigee.x * tangent.x + perigee.y * tangent.y) < 1e-8)
      let side = perigee.x * tangent.y - perigee.y * tangent.x
      #expect(abs(side - helix.d0) < 1e-8)
      for arc in [-30.0, -5, -0.1, 0.1, 5, 30] {
        #expect(helix.position(at: arc).transverse >= abs(helix.d0) - 1e-9)
      }
    }
  }

  @Test("stepping along the helix agrees with a Runge-Kutta integration of the Lorentz force")
  func equationOfMotion() {
    var random = TestRandom(state: 3)
    for _ in 0..<200 {
      let (position, momentum, charge) = randomParticle(&random)
      let path = random.uniform(-150, 150)
      let (expected, expectedMomentum) = integrateMotion(
        position: position, momentum: momentum, charge: charge, field: 1.5, path: path, steps: 800)
      let (helix, arc) = Helix.make(position: position, momentum: momentum, charge: charge)
      let end = arc + path / helix.pathPerArc
      #expect((helix.position(at: end) - expected).length < 1e-6)
      #expect((helix.tangent(at: end).unit - expectedMomentum.unit).length < 1e-8)
    }
  }

  @Test("positive charges turn clockwise seen from +z")
  func turningSense() {
    let positive = Helix(position: .zero, momentum: Vector3(1, 0, 0), charge: 1)
    #expect(positive.position(at: 50).y < 0)
    #expect(positive.omega > 0)
    let negative = Helix(position: .zero, momentum: Vector3(1, 0, 0), charge: -1)
    #expect(negative.position(at: 50).y > 0)
    // pT = 0.00449689/|omega| at 1.5 T
    #expect(abs(abs(negative.omega) - 0.00449688687) < 1e-11)
  }

  @Test("cylinders are met at the radius asked for, the first time going out, the second time coming back")
  func cylinders() throws {
    var random = TestRandom(state: 4)
    var met = 0
    for _ in 0..<2000 {
      let (position, momentum, charge) = randomParticle(&random)
      let helix = Helix(position: position, momentum: momentum, charge: charge)
      let radius = random.uniform(0, 200)
      guard let (out, back) = helix.arcLengths(toRadius: radius) else {
        #expect(radius < abs(helix.d0) || radius > helix.largestRadius)
        continue
      }
      met += 1
      #expect(abs(helix.position(at: out).transverse - radius) < 1e-7)
      let point = helix.position(at: out)
      let tangent = helix.tangent(at: out)
      #expect(point.x * tangent.x + point.y * tangent.y > -1e-6)
      if charge != 0 { #expect(abs(helix.position(at: back).transverse - radius) < 1e-7) }
    }
    #expect(met > 1000)
    // d0 = 0: s(r) = (2/omega) asin(omega r/2), phi(r) = phi0 - asin(omega r/2)
    let helix = Helix(d0: 0, phi0: 0.3, omega: 0.01, z0: 0, tanLambda: 0)
    let arc = try #require(helix.arcLength(toRadius: 100))
    #expect(abs(arc - 200 * asin(0.5)) < 1e-9)
    #expect(abs(helix.position(at: arc).phi - (0.3 - asin(0.5))) < 1e-12)
    #expect(helix.arcLength(toRadius: 201) == nil)
  }

  @Test("planes, slanted ones too, are met on the plane")
  func planes() {
    var random = TestRandom(state: 5)
    var met = 0
    for _ in 0..<1000 {
      let momentum = Vector3(
        length: random.uniform(0.2, 4), theta: random.uniform(0.35, 2.6), phi: random.uniform(-3.1, 3.1))
      let helix = Helix(
        position: Vector3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-2, 2)), momentum: momentum,
        charge: random.next() % 2 == 0 ? 1 : -1)
      guard let near = helix.arcLength(toRadius: 10) else { continue }
      let point = helix.position(at: near) + Vector3(0.3, -0.2, 0.1)
      let normal = Vector3(cos(point.phi + 0.2), sin(point.phi + 0.2), 0.3)
      guard let arc = helix.arcLength(toPlaneThrough: point, normal: normal, from: near) else { continue }
      met += 1
      #expect(abs(normal.dot(helix.position(at: arc) - point)) < 1e-8)
    }
    #expect(met > 900)
  }

  @Test(
    "closest approach to a stereo wire is a minimum, agrees with a scan, and has the sign of d0 for a wire on the axis")
  func wires() throws {
    var random = TestRandom(state: 6)
    for _ in 0..<300 {
      let momentum = Vector3(
        length: random.uniform(0.4, 4), theta: random.uniform(0.6, 2.2), phi: random.uniform(-3.1, 3.1))
      let helix = Helix(
        position: Vector3(random.uniform(-1, 1), random.uniform(-1, 1), 0), momentum: momentum,
        charge: random.next() % 2 == 0 ? 1 : -1)
      let start = try #require(helix.arcLength(toRadius: 50))
      let near = helix.position(at: start)
      let wire = StraightLine(
        origin: near + Vector3(random.uniform(-1, 1), random.uniform(-1, 1), -20),
        direction: Vector3(random.uniform(-0.07, 0.07), random.uniform(-0.07, 0.07), 1))
      let approach = try #require(helix.closestApproach(to: wire, from: start))
      var smallest = Double.infinity
      for step in -4000...4000 {
        let point = helix.position(at: approach.arcLength + 0.001 * Double(step))
        smallest = min(smallest, wire.perpendicular(to: point).length)
      }
      #expect(abs(approach.distance) <= smallest + 1e-9)
      #expect(smallest - abs(approach.distance) < 1e-4)
      let onWire = wire.point(at: approach.alongWire)
      #expect(abs((onWire - approach.position).length - abs(approach.distance)) < 1e-9)
    }
    for d0 in [-0.5, 0.7] {
      let helix = Helix(d0: d0, phi0: 1.1, omega: -0.004, z0: 3, tanLambda: 0.5)
      let axis = StraightLine(origin: .zero, direction: Vector3(0, 0, 1))
      let approach = try #require(helix.closestApproach(to: axis, from: 2))
      #expect(abs(approach.distance - d0) < 1e-9)
      #expect(abs(approach.position.z - 3) < 1e-5)
    }
  }
}
