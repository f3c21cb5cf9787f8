import HighLevelTrigger
import Kinematics
import Reconstruction
import Testing

/// The skims of two tracks and a photon, on events put together around their thresholds.
@Suite("Radiative pairs of leptons") struct RadiativePairTests {
  /// Two tracks of opposite charge with the energy loss of electrons, relative to theirs.
  private static func electrons(
    _ ratio: Double = 0.95, loss: (Double, Double) = (1, 1), charge: Int = -1, hits: UInt8 = 30
  ) throws -> AssembledEvent {
    var event = try AssembledEvent()
    event.track(3, theta: 90, phi: 0, charge: 1, energy: ratio)
    event.track(2, theta: 80, phi: 130, charge: charge, energy: 0.95)
    for value in [loss.0, loss.1] {
      var identification = TrackIdentification()
      identification.relativeIonisation = Float(value * Ionisation.relative(betaGamma: 1000))
      identification.ionisationHits = hits
      event.identifications.append(identification)
    }
    return event
  }

  @Test("Radee: E/p of both and the energy loss of one are an electron's")
  func radee() throws {
    #expect(try Self.electrons()["Radee"] == 1)
    #expect(try [0.69, 0.71, 1.29, 1.31].map { try Self.electrons($0)["Radee"] } == [0, 1, 1, 0])
    #expect(try Self.electrons(loss: (0.2, 1.29))["Radee"] == 1 && Self.electrons(loss: (0.71, 2))["Radee"] == 1)
    #expect(try Self.electrons(loss: (0.69, 1.31))["Radee"] == 0)
    #expect(try Self.electrons(charge: 1)["Radee"] == 0)
    // Without charge on its hits a track is not measured.
    #expect(try Self.electrons(hits: 0)["Radee"] == 0)
    var third = try Self.electrons()
    third.track(1, theta: 60, phi: 250, charge: 1)
    third.identifications.append(TrackIdentification())
    #expect(third["Radee"] == 0)
    // A track outside of the skim does not count.
    third.tracks[2].d0 = 3
    #expect(third["Radee"] == 1)
  }

  /// Two muons; energies of clusters in GeV.
  private static func muons(
    _ first: Double = 2.5, _ second: Double = 2, angle: Double = 140, energies: (Double, Double) = (0.2, 0.2),
    d0: Float = 0, reach: (Bool, Bool) = (true, false)
  ) throws -> AssembledEvent {
    var event = try AssembledEvent()
    event.track(first, theta: 90, phi: 0, charge: 1, energy: 0.1, d0: d0)
    event.track(second, theta: 80, phi: angle, charge: -1, energy: 0.1)
    event.clusters[0].energy = Float(energies.0)
    event.clusters[1].energy = Float(energies.1)
    event.tracks[0].muon = reach.0 ? 0.9 : 0
    event.tracks[1].muon = reach.1 ? 0.9 : 0
    return event
  }

  @Test("Radmumu: quiet tracks, one at the muon detector, far apart, not both hard")
  func radmumu() throws {
    #expect(try Self.muons()["Radmumu"] == 1)
    #expect(try Self.muons(reach: (false, false))["Radmumu"] == 0)
    // 0.25 GeV for a track that does not reach the muon detector, 0.4 for one that does, and one below 0.25.
    #expect(try [0.24, 0.26].map { try Self.muons(energies: (0.2, $0))["Radmumu"] } == [1, 0])
    #expect(try [0.39, 0.41].map { try Self.muons(energies: ($0, 0.2))["Radmumu"] } == [1, 0])
    #expect(try Self.muons(energies: (0.26, 0.26), reach: (true, true))["Radmumu"] == 0)
    #expect(try Self.muons(energies: (0, 0.2))["Radmumu"] == 0)
    #expect(try [85, 95].map { try Self.muons(angle: $0)["Radmumu"] } == [0, 1])
    #expect(try Self.muons(d0: 0.4)["Radmumu"] == 1 && Self.muons(d0: 0.6)["Radmumu"] == 0)
    // Momenta in the laboratory: the softer one below 3, the harder one above 1 GeV; E/p below 0.4.
    #expect(try Self.muons(4.5, 4.5)["Radmumu"] == 0)
    #expect(try Self.muons(0.8, 0.7, energies: (0.1, 0.1))["Radmumu"] == 0)
    var crowded = try Self.muons()
    crowded.track(0.5, theta: 60, phi: 250, charge: 1, d0: 5)
    #expect(crowded["Radmumu"] == 1)
    crowded.track(0.5, theta: 60, phi: 300, charge: 1, d0: 5)
    #expect(crowded["Radmumu"] == 0)
  }
}
