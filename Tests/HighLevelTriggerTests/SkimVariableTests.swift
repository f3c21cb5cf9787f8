import HighLevelTrigger
import Kinematics
import Testing

/// Variables of the skims on events put together around their thresholds.
@Suite("Variables of the skims") struct SkimVariableTests {
  @Test("Lists of tracks, photons and clusters are cut as the skims cut them")
  func lists() throws {
    var event = try AssembledEvent()
    for (z0, d0) in [(3.9, 1.9), (4.1, 0), (0, 2.1), (7.9, 0), (8.1, 0), (10.1, 0)] {
      event.track(1, theta: 90, phi: z0 * 10 + d0, charge: 1, z0: Float(z0), d0: Float(d0))
    }
    event.photon(2, theta: 90, phi: 200)
    event.photon(0.5, theta: 90, phi: 100)
    event.cluster(0.09, theta: 90, phi: 300)
    #expect(event["nTracksLE"] == 1)
    #expect(event["nTracksTAU"] == 3)
    #expect(event["nTracksOffIP"] == 1)
    #expect(event["nGammasLE"] == 2)
    #expect(abs(event["EC1CMSLE"] - 2) < 1e-5 && abs(event["EC12CMSLE"] - 2.5) < 1e-5)
    #expect(abs(event["G2CMSBhabhaLE"] - 0.5) < 1e-5 && abs(event["G12CMSBhabhaLE"] - 2.5) < 1e-5)
    #expect(abs(event["P1CMSBhabhaLE"] - 1) < 1e-5 && event["P2CMSBhabhaLE"] == 0)
    #expect(abs(event["P1OEbeamCMSBhabhaLE"] - 2 / event.beams.energy) < 1e-6)
    #expect(abs(event["ENeutralLE"] - Double(event.clusters[0].energy)) < 1e-6)
    #expect(abs(event["VisibleEnergyLE"] - event["EtotLE"] - event.tracks[0].momentum) < 1e-5)
    #expect(event["maxAngleTTLE"] == -10)
    #expect(abs(event["maxAngleGGLE"] - 100 * Units.degree) < 1e-4)
  }

  @Test("Back-to-back pairs of clusters are counted by azimuth and in space")
  func clusterPairs() throws {
    func make(_ deltaPhi: Double, second: Double = 1, theta: Double = 90) throws -> AssembledEvent {
      var event = try AssembledEvent()
      event.photon(1.5, theta: 90, phi: 0)
      event.photon(second, theta: theta, phi: deltaPhi)
      return event
    }
    #expect(try make(171)["nB2BCCPhiHighLE"] == 1 && make(169)["nB2BCCPhiHighLE"] == 0)
    #expect(try make(171, second: 0.24)["nB2BCCPhiLowLE"] == 1 && make(171, second: 0.26)["nB2BCCPhiLowLE"] == 0)
    #expect(try make(161)["nB2BCC3DLE"] == 1 && make(159)["nB2BCC3DLE"] == 0)
    #expect(try make(165, theta: 109)["nB2BCC3DLE"] == 1 && make(165, theta: 111)["nB2BCC3DLE"] == 0)
    func bhabha(_ first: Double, _ second: Double, _ deltaPhi: Double) throws -> Double {
      var event = try AssembledEvent()
      event.photon(first, theta: 90, phi: 0)
      event.photon(second, theta: 90.5, phi: deltaPhi)
      return event["BhabhaECL"]
    }
    // 0.45 and 0.4 of 10.58 GeV: 4.76 and 4.23.
    #expect(try bhabha(4.8, 4.3, 170) == 1)
    #expect(try bhabha(4.7, 4.3, 170) == 0)
    #expect(try bhabha(4.8, 4.2, 170) == 0)
    #expect(try bhabha(4.8, 4.3, 178.6) == 0 && bhabha(4.8, 4.3, 164) == 0)
  }

  @Test("Bhabhas of two tracks, of a track and a photon, and photon pairs")
  func bhabhas() throws {
    func two(_ momentum: Double = 5, angle: Double = 175, energy: Double = 0.9, charge: Int = -1) throws
      -> AssembledEvent
    {
      var event = try AssembledEvent()
      event.track(5.1, theta: 90, phi: 0, charge: 1, energy: energy)
      event.track(momentum, theta: 90, phi: angle, charge: charge, energy: energy)
      return event
    }
    // 2.88 rad are 165.0 degrees; 0.35 beam energies are 1.85 GeV.
    #expect(try two()["Bhabha2Trk"] == 1 && two()["nEidLE"] == 2)
    #expect(try two(angle: 164.9)["Bhabha2Trk"] == 0)
    #expect(try two(1.8)["Bhabha2Trk"] == 0 && two(1.9)["Bhabha2Trk"] == 1)
    #expect(try two(energy: 0.79)["Bhabha2Trk"] == 0)
    #expect(try two(charge: 1)["Bhabha2Trk"] == 0)
    func one(_ photon: Double, _ angle: Double = 160) throws -> Double {
      var event = try AssembledEvent()
      event.track(4, theta: 90, phi: 0, charge: 1)
      event.photon(photon, theta: 90, phi: angle)
      return event["Bhabha1Trk"]
    }
    // 2.618 rad are 150 degrees.
    #expect(try one(1.9) == 1 && one(1.8) == 0 && one(1.9, 149) == 0)
    func photons(_ first: Double, _ second: Double, tracks: Int = 0) throws -> Double {
      var event = try AssembledEvent()
      event.photon(first, theta: 90, phi: 0)
      event.photon(second, theta: 90, phi: 170)
      for index in 0..<tracks { event.track(0.5, theta: 90, phi: 60 + 30 * Double(index), charge: 1) }
      return event["GG"]
    }
    #expect(try photons(5, 1.1) == 1 && photons(5, 1.0) == 0)
    #expect(try photons(5, 1.1, tracks: 1) == 1 && photons(5, 1.1, tracks: 2) == 0)
    #expect(try photons(1.8, 1.8) == 0)
  }

  @Test("Hadronic events: tracks, visible energy, balance, and how round they are")
  func hadrons() throws {
    func make(_ tracks: Int, jets: Bool = false, momentum: Double = 1.2) throws -> AssembledEvent {
      var event = try AssembledEvent()
      for index in 0..<tracks {
        let phi = jets ? Double(index % 2) * 180 + Double(index) : Double(index) * 360 / Double(tracks)
        event.track(momentum, theta: jets ? 90 : 40 + 25 * Double(index % 5), phi: phi, charge: index % 2 == 0 ? 1 : -1)
      }
      event.photon(1, theta: 80, phi: jets ? 0 : 45)
      event.photon(0.8, theta: 100, phi: jets ? 180 : 250)
      return event
    }
    #expect(try make(2)["HadronB"] == 0 && make(3)["HadronB"] == 1)
    #expect(try make(4)["HadronB2"] == 0 && make(5)["HadronB2"] == 1)
    #expect(try make(6)["HadronB1"] == 1)
    #expect(try make(6, jets: true)["HadronB"] == 1 && make(6, jets: true)["HadronB1"] == 0)
    #expect(try make(3, momentum: 0.05)["HadronB"] == 0)
  }

  @Test("Charmonium, K_S, four leptons and muon pairs")
  func pairs() throws {
    func pair(_ momentum: Double, angle: Double = 180, energy: Double = 0.05, theta: Double = 90) throws
      -> AssembledEvent
    {
      var event = try AssembledEvent()
      event.track(momentum, theta: theta, phi: 0, charge: 1, energy: energy)
      event.track(momentum, theta: 180 - theta, phi: angle, charge: -1, energy: energy)
      return event
    }
    // Two back-to-back muons of p have a mass of 2 sqrt(p^2 + m^2): 3.097 GeV at 1.5448.
    #expect(try [1.48, 1.50, 1.59, 1.61].map { try pair($0)["Jpsi"] } == [0, 1, 1, 0])
    #expect(try [3.9, 4.1, 5.9, 6.1].map { try pair($0)["MumuHighM"] } == [0, 1, 1, 0])
    #expect(try pair(5, angle: 171)["MumuHighM"] == 1 && pair(5, angle: 169)["MumuHighM"] == 0)
    #expect(try pair(0.6)["MumuTight"] == 1 && pair(0.4)["MumuTight"] == 0)
    var third = try pair(2)
    #expect(third["MumuTight"] == 1)
    third.track(0.3, theta: 90, phi: 90, charge: 1)
    #expect(third["MumuTight"] == 0)
    func four(_ angle: Double, _ momentum: Double) throws -> Double {
      try pair(momentum, angle: angle, theta: 70)["FourLep"]
    }
    // Both along +z in the sum of laboratory angles; the imbalance in pT is 2 p sin(70) sin(delta / 2).
    #expect(try four(179, 1) == 1)
    #expect(try four(170, 1) == 0)
    #expect(try four(179, 0.35) == 0)
    #expect(try four(179.9, 3.2) == 0)
    func kaon(_ mass: Float, pointing: Float = 0.05, rho: Float = 1, d0: Float = 0.1) throws -> Double {
      var event = try AssembledEvent()
      event.track(0.5, theta: 90, phi: 0, charge: 1, d0: d0)
      event.track(0.5, theta: 90, phi: 40, charge: -1, d0: -d0)
      event.vertex(0, 1) {
        $0.mass = mass
        $0.pointing = pointing
        $0.rho = rho
      }
      return event["Kshort"]
    }
    #expect(try [0.467, 0.469, 0.527, 0.529].map { try kaon($0) } == [0, 1, 1, 0])
    func hyperon(_ significance: Float, _ slow: Double) throws -> Double {
      var event = try AssembledEvent()
      event.tracks = [
        AssembledEvent.track(Vector3(length: 1, theta: 1.5, phi: 0), charge: 1),
        AssembledEvent.track(Vector3(length: slow, theta: 1.5, phi: 0.3), charge: -1),
      ]
      event.vertex(0, 1) {
        $0.kind = 2
        $0.flightSignificance = significance
      }
      return event["Lambda"]
    }
    // (1 - 0.41) / (1 + 0.41) is 0.418.
    #expect(try hyperon(11, 0.41) == 1 && hyperon(11, 0.43) == 0 && hyperon(9, 0.41) == 0)
    #expect(try kaon(0.5, pointing: 0.11) == 0 && kaon(0.5, rho: 0.07) == 0 && kaon(0.5, d0: 0.029) == 0)
  }
}
