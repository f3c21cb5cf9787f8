import Foundation
import Kinematics
import Simulation
import Statistics
import Testing

@Suite("Displaced gun")
struct DisplacedGunTests {
  private func events(_ gun: DisplacedGun, _ count: Int = 300) -> [GeneratedEvent] {
    (0..<count).map { number in
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 4, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      return event
    }
  }

  private func helix(_ event: GeneratedEvent, _ index: Int) -> Helix {
    let p = event.momentum(index)
    let v = event.vertex(index)
    return Helix(
      position: Vector3(v.x, v.y, v.z), momentum: Vector3(p.x, p.y, p.z), charge: event.pdg[index] < 0 ? 1 : -1)
  }

  private func transverse(_ v: SIMD4<Double>) -> Double { (v.x * v.x + v.y * v.y).squareRoot() }

  @Test(
    "tracks pass the beam line at the impact parameter asked for, on both sides, and begin at the distance asked for",
    arguments: [(0.0, 0.0), (12, 0), (12, 30), (0, 40), (25, 10)])
  func tracks(impactParameter: Double, radius: Double) throws {
    let gun = try DisplacedGun(
      .track(impactParameter: impactParameter, radius: radius), particle: "mu-", momentum: 0.5...3,
      thetaDegrees: 35...127)
    var sides = (0, 0)
    var charges = (0, 0)
    for event in events(gun) {
      #expect(event.count == 1 && event.status[0] == GeneratedEvent.Status.final)
      let helix = helix(event, 0)
      #expect(abs(abs(helix.d0) - impactParameter) < 1e-4)
      #expect(abs(transverse(event.vertex(0)) - max(impactParameter, radius)) < 1e-6)
      let p = event.momentum(0)
      #expect((0.5...3).contains(transverse(p)))
      // Outwards, away from the beam line.
      let v = event.vertex(0)
      #expect(p.x * v.x + p.y * v.y > -1e-6)
      #expect((35.0...127).contains(atan2(transverse(p), p.z) * 180 / Double.pi))
      if helix.d0 > 0 { sides.0 += 1 } else { sides.1 += 1 }
      if event.pdg[0] > 0 { charges.0 += 1 } else { charges.1 += 1 }
    }
    // 300 throws: five deviations of a fair coin.
    if impactParameter > 0 { #expect(abs(sides.0 - sides.1) < 87, "\(sides)") }
    #expect(abs(charges.0 - charges.1) < 87, "\(charges)")
  }

  @Test("pairs of opposite charge leave a vertex at the distance asked for, on both sides of the line of flight")
  func pairs() throws {
    let gun = try DisplacedGun(
      .pair(radius: 20), particle: "pi-", momentum: 0.4...2, thetaDegrees: 50...110, openingAngle: 0.3...0.6)
    for event in events(gun) {
      #expect(event.pdg[0] == DisplacedGun.mother && event.status[0] == GeneratedEvent.Status.decayed)
      #expect(event.count == 3 && event.pdg[1] == -event.pdg[2] && abs(event.pdg[1]) == 211)
      #expect(event.mother == [-1, 0, 0])
      let v = event.vertex(1)
      #expect(v == event.vertex(2) && abs(transverse(v) - 20) < 1e-9)
      #expect(abs(v.w - 20 / PhysicalConstants.speedOfLight) < 1e-9)
      let turns = [1, 2].map { index -> Double in
        let p = event.momentum(index)
        return (atan2(p.y, p.x) - atan2(v.y, v.x)).remainder(dividingBy: 2 * Double.pi)
      }
      #expect(abs(turns[0] + turns[1]) < 1e-9 && (0.3...0.6).contains(abs(turns[0] - turns[1])))
      #expect((event.momentum(0) - event.momentum(1) - event.momentum(2)).max() < 1e-9)
    }
  }

  @Test("what cannot be shot is refused with the setting")
  func refused() {
    func error(
      _ target: DisplacedGun.Target, particle: String = "mu-", momentum: ClosedRange<Double> = 0.5...3,
      opening: ClosedRange<Double> = 0.2...1
    ) -> String {
      do throws(GeneratorSettingError) {
        _ = try DisplacedGun(
          target, particle: particle, momentum: momentum, thetaDegrees: 35...127, openingAngle: opening)
        return ""
      } catch { return error.setting }
    }
    #expect(error(.pair(radius: 20)).isEmpty)
    #expect(error(.pair(radius: 20), particle: "gamma") == "particle")
    #expect(error(.pair(radius: 20), particle: "muon") == "particle")
    #expect(error(.pair(radius: -1)) == "radius")
    #expect(error(.pair(radius: .nan)) == "radius")
    #expect(error(.track(impactParameter: 200, radius: 0)) == "d0")
    #expect(error(.pair(radius: 100), momentum: 0.1...1) == "radius", "curls up before")
    #expect(error(.pair(radius: 20), momentum: 0...1) == "momentum")
    #expect(error(.pair(radius: 20), opening: 0...4) == "opening-angle")
  }
}
