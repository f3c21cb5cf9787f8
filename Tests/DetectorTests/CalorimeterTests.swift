import Detector
import Foundation
import Kinematics
import Testing

@Suite("Calorimeter")
struct CalorimeterTests {
  let detector: DetectorModel
  var calorimeter: Calorimeter { detector.calorimeter }

  init() throws { detector = try DetectorModel.belle2() }

  @Test("69 rings, 8736 crystals, 576 trigger cells in 17 rings")
  func counts() {
    #expect(calorimeter.rings.count == 69)
    #expect(calorimeter.crystalCount == 8736)
    #expect(calorimeter.trigger.all.count == 576)
    #expect(calorimeter.trigger.rings.map(\.cellCount).reduce(0, +) == 576)
  }

  @Test("the direction of a crystal leads back to the crystal, and its centre lies in its bounds")
  func directions() {
    for crystal in 1...calorimeter.crystalCount {
      let direction = calorimeter.direction(ofCrystal: crystal)
      #expect(calorimeter.crystal(atTheta: direction.theta, phi: direction.phi) == crystal)
      #expect(calorimeter.bounds(ofCrystal: crystal).theta.contains(direction.theta))
    }
    // The gaps between barrel and endcaps, and what lies outside.
    for degrees in [5.0, 31.8, 129.7, 170] {
      #expect(calorimeter.crystal(atTheta: degrees * Units.degree, phi: 1) == nil)
    }
    #expect(calorimeter.crystal(atTheta: 1.5, phi: .nan) == nil)
    #expect(calorimeter.crystal(atTheta: 1.5, phi: -1e-300) != nil)
  }

  @Test("each trigger cell covers its crystals in angle, and no crystal is lost")
  func cells() throws {
    var seen = Set<UInt16>()
    for cell in calorimeter.trigger.all {
      let crystals = calorimeter.trigger.crystals(ofCell: cell.id)
      for crystal in crystals {
        #expect(seen.insert(crystal).inserted)
        #expect(calorimeter.triggerCell(ofCrystal: Int(crystal)) == cell.id)
        let direction = calorimeter.direction(ofCrystal: Int(crystal))
        let phi = direction.phi < 0 ? direction.phi + 2 * Double.pi : direction.phi
        #expect(cell.theta.contains(direction.theta))
        #expect(phi > cell.phi.lowerBound - 1e-9 && phi < cell.phi.upperBound + 1e-9)
      }
    }
    #expect(seen.count == 8736)
    // Four by four crystals in the barrel, half of that in ring 15; 14 and 15 on average in the endcaps.
    for ring in calorimeter.trigger.rings {
      let counts = (1...ring.cellCount).map {
        calorimeter.trigger.crystals(ofCell: calorimeter.trigger.cell(ring: ring.ring, position: $0)).count
      }
      let expected: ClosedRange<Int> =
        ring.ring == 15 ? 8...8 : (ring.region == .barrel ? 16...16 : (ring.ring < 3 ? 14...14 : 14...16))
      #expect(counts.allSatisfy(expected.contains), "ring \(ring.ring): \(counts)")
    }
  }

  @Test("numbers of the trigger cells follow the published rule: forward sectors of five, barrel columns of twelve")
  func cellNumbers() {
    let trigger = calorimeter.trigger
    for sector in 0..<16 {
      #expect(trigger.cell(ring: 1, position: sector + 1) == 5 * sector + 1)
      #expect(trigger.cell(ring: 2, position: 2 * sector + 1) == 5 * sector + 2)
      #expect(trigger.cell(ring: 3, position: 2 * sector + 1) == 5 * sector + 3)
      #expect(trigger.cell(ring: 3, position: 2 * sector + 2) == 5 * sector + 4)
      #expect(trigger.cell(ring: 2, position: 2 * sector + 2) == 5 * sector + 5)
    }
    for column in 1...36 {
      for ring in 4...15 { #expect(trigger.cell(ring: ring, position: column) == 81 + 12 * (column - 1) + ring - 4) }
    }
    #expect(trigger.cell(ring: 16, position: 0) == trigger.cell(ring: 16, position: 32))
  }

  @Test("angles and energies in the centre of mass follow from the geometry and the tilted boost")
  func centreOfMass() {
    for cell in calorimeter.trigger.all {
      let direction = Vector3(length: 1, theta: cell.thetaCentre, phi: cell.phiCentre)
      let photon = detector.beams.centreOfMass.toCentreOfMass(FourVector(momentum: direction, mass: 0))
      #expect(abs(1 / photon.energy - cell.laboratoryEnergyPerCentreOfMassEnergy) < 0.002, "cell \(cell.id)")
      #expect(abs(photon.theta - cell.thetaCentreOfMass) < 0.1 * Units.degree, "cell \(cell.id)")
      #expect(abs(wrappedAngle(photon.phi - cell.phiCentreOfMass)) < 0.3 * Units.degree, "cell \(cell.id)")
    }
  }

  @Test(
    "eight neighbours and sixteen second neighbours in regular rings, four of them corners; neighbourhood is mutual everywhere"
  )
  func neighbours() {
    let regular = calorimeter.rings[35].firstCrystal + 70
    #expect(calorimeter.neighbours(of: regular).count == 8)
    #expect(calorimeter.secondNeighbours(of: regular).count == 16)
    var corners = 0
    calorimeter.forEachSecondNeighbour(of: regular) { _, isCorner in corners += isCorner ? 1 : 0 }
    // The corners of 5 x 5 and the two crystals beside each that do not touch either in azimuth: the sum of 21 leaves out four.
    #expect(corners == 4)
    for crystal in 1...calorimeter.crystalCount {
      let list = calorimeter.neighbours(of: crystal)
      #expect(Set(list).count == list.count)
      #expect((4...11).contains(list.count))
      for neighbour in list {
        #expect(calorimeter.neighbours(of: Int(neighbour)).contains(UInt16(crystal)))
        #expect(
          abs(calorimeter.ring(ofCrystal: crystal) - calorimeter.ring(ofCrystal: Int(neighbour))) <= 1)
      }
      let both = Set(list).union(calorimeter.secondNeighbours(of: crystal))
      #expect(both.count == list.count + calorimeter.secondNeighbours(of: crystal).count)
      #expect(!both.contains(UInt16(crystal)))
    }
  }

  @Test("paths enter the crystals at the face of barrel or endcap, whichever comes first")
  func frontFace() throws {
    let barrel = Helix(d0: 0, phi0: 0, omega: 0.002, z0: 0, tanLambda: 0.1)
    let arc = try #require(calorimeter.arcLengthToFrontFace(barrel))
    #expect(abs(barrel.position(at: arc).transverse - 125) < 1e-9)
    let forward = Helix(d0: 0, phi0: 0, omega: 0.002, z0: 0, tanLambda: 2.5)
    let arcForward = try #require(calorimeter.arcLengthToFrontFace(forward))
    #expect(abs(forward.position(at: arcForward).z - 196) < 1e-9)
    #expect(abs(calorimeter.frontFace(theta: 2.6, phi: 0.3).z + 102) < 1e-9)
  }
}
