import HighLevelTrigger
import Kinematics
import Testing

/// Thresholds of the variables of clusters and pairs, on events put together on both sides of each.
@Suite("Thresholds of the high-level trigger") struct FilterThresholdTests {
  private func values(_ name: String, _ parameters: [Double], _ make: (inout AssembledEvent, Double) -> Void) throws
    -> [Double]
  {
    try parameters.map { parameter in
      var event = try AssembledEvent()
      make(&event, parameter)
      return event[name]
    }
  }

  @Test("Clusters count above their energies, in the laboratory and in the centre of mass")
  func energies() throws {
    for (name, threshold) in [
      ("nElow", 0.2), ("nEmedium", 0.3), ("nEhigh", 2), ("nE2000CMS", 2), ("nE4000CMS", 4), ("nEsingleClust", 1),
    ] {
      #expect(
        try values(name, [0.99 * threshold, 1.01 * threshold]) { $0.photon($1, theta: 90, phi: 0) } == [0, 1], "\(name)"
      )
    }
    for (name, threshold) in [("nE180Lab", 0.18), ("nE300Lab", 0.3), ("nE500Lab", 0.5), ("nE250Lab", 0.25)] {
      #expect(
        try values(name, [0.99 * threshold, 1.01 * threshold]) { $0.cluster($1, theta: 90, phi: 0) } == [0, 1],
        "\(name)")
    }
    // Selected clusters: 0.1 GeV, 200 ns; the veto counts within ten times the time uncertainty, 5 ns here.
    #expect(
      try values("cluster_energy", [0.099, 0.101]) { $0.cluster($1, theta: 90, phi: 0) }.map { $0 > 0 } == [
        false, true,
      ])
    #expect(try values("nElow", [199, 201]) { $0.photon(1, theta: 90, phi: 0, time: Float($1)) } == [1, 0])
    #expect(try values("nVetoClust", [49, 51]) { $0.photon(1, theta: 90, phi: 0, time: Float($1)) } == [1, 0])
    #expect(try values("nE500Lab", [18.4, 18.6, 139.2, 139.4]) { $0.cluster(3, theta: $1, phi: 0) } == [0, 1, 1, 0])
    #expect(try values("nE250Lab", [18, 140]) { $0.cluster(3, theta: $1, phi: 0) } == [1, 1])
    #expect(try values("nEhighLowAng", [21, 23, 144, 146]) { $0.cluster(6, theta: $1, phi: 0) } == [1, 0, 0, 1])
  }

  @Test("Single photons and electrons count in their ranges of polar angle")
  func singles() throws {
    func angles(_ name: String, _ degrees: [Double], energy: Double = 3) throws -> [Double] {
      try values(name, degrees) { $0.cluster(energy, theta: $1, phi: 0) }
    }
    #expect(try angles("nEsinglePhotonBarrel", [44, 46, 114, 116]) == [0, 1, 1, 0])
    #expect(try angles("nEsinglePhotonExtendedBarrel", [29, 31, 129, 131]) == [0, 1, 1, 0])
    #expect(try angles("nEsinglePhotonEndcap", [21, 23, 44, 46, 114, 116, 144, 146]) == [0, 1, 1, 0, 0, 1, 1, 0])
    #expect(try angles("nReducedEsinglePhotonReducedBarrel", [43, 45, 97, 99]) == [0, 1, 1, 0])
    #expect(try angles("n2GeVNeutBarrel", [31, 33, 129, 131], energy: 6) == [0, 1, 1, 0])
    #expect(
      try angles("n2GeVNeutEndcap", [21, 23, 31, 33, 129, 131, 144, 146], energy: 8) == [0, 1, 1, 0, 0, 1, 1, 0])
    #expect(try angles("n2GeVPhotonBarrel", [31, 33], energy: 6) == [0, 1])
    #expect(try angles("n2GeVPhotonEndcap", [31, 33], energy: 6) == [1, 0])
    #expect(
      try values("nReducedEsinglePhotonReducedBarrel", [0.49, 0.51]) { $0.photon($1, theta: 90, phi: 0) } == [0, 1])
    #expect(try values("nEsinglePhotonBarrel", [0.99, 1.01]) { $0.photon($1, theta: 90, phi: 0) } == [0, 1])
    // A shower that does not look like a photon is neutral all the same.
    var broad = try AssembledEvent()
    broad.photon(3, theta: 90, phi: 0, shape: 0.4)
    #expect(broad["nEsinglePhotonBarrel"] == 0 && broad["n2GeVPhotonBarrel"] == 0 && broad["n2GeVNeutBarrel"] == 1)
    // With a track it is an electron.
    var electron = try AssembledEvent()
    electron.track(3, theta: 90, phi: 0, charge: -1, energy: 1)
    #expect(electron["nEsingleElectronBarrel"] == 1 && electron["nEsingleElectronExtendedBarrel"] == 1)
    #expect(electron["nEsinglePhotonBarrel"] == 0 && electron["n2GeVChrg"] == 1 && electron["n2GeVNeutBarrel"] == 0)
  }

  private func photons(
    _ first: Double, _ second: Double, phi: Double, theta: (Double, Double) = (90, 90)
  ) throws -> AssembledEvent {
    var event = try AssembledEvent()
    event.photon(first, theta: theta.0, phi: 0)
    event.photon(second, theta: theta.1, phi: phi)
    return event
  }

  @Test("Pairs of clusters look like Bhabhas, photon pairs or muons")
  func clusterPairs() throws {
    #expect(try [159, 161, 177.9, 178.1].map { try photons(5, 4, phi: $0)["ee2clst"] } == [0, 1, 1, 0])
    #expect(try [177.9, 178.1].map { try photons(5, 4, phi: $0)["gg2clst"] } == [0, 1])
    #expect(try photons(4.4, 4, phi: 170)["ee2clst"] == 0 && photons(5, 2.9, phi: 170)["ee2clst"] == 0)
    #expect(try [104, 106].map { try photons(5, 4, phi: 170, theta: (90, $0))["ee2clst"] } == [1, 0])
    #expect(abs(try photons(5, 4, phi: 170)["dphiCmsClust"] - 170) < 1e-3)
    #expect(try [174.9, 175.1].map { try photons(2.5, 2.1, phi: $0)["ggBarrelVL"] } == [0, 1])
    #expect(try [176.9, 177.1].map { try photons(4.1, 2.1, phi: $0)["ggBarrelLoose"] } == [0, 1])
    #expect(try [177.4, 177.6].map { try photons(4.1, 2.1, phi: $0)["ggBarrelTight"] } == [0, 1])
    #expect(try photons(3.9, 2.1, phi: 179)["ggBarrelLoose"] == 0 && photons(4.1, 1.9, phi: 179)["ggBarrelVL"] == 0)
    var endcap = try AssembledEvent()
    endcap.cluster(7, theta: 25, phi: 0)
    endcap.cluster(4, theta: 135, phi: 180)
    #expect(endcap["ggEndcapVL"] == 1 && endcap["ggBarrelVL"] == 0)
    // One neutral leg is enough for the loose versions, the tight one wants two.
    var charged = try AssembledEvent()
    charged.track(5, theta: 90, phi: 0, charge: 1, energy: 0.95)
    charged.photon(4, theta: 90, phi: 179)
    #expect(charged["ggBarrelLoose"] == 1 && charged["ggBarrelTight"] == 0)
    #expect(try [154, 156].map { try photons(0.3, 0.3, phi: $0)["muonPairECL"] } == [0, 1])
    #expect(try photons(0.7, 0.3, phi: 170)["muonPairECL"] == 0 && photons(0.3, 0.11, phi: 170)["muonPairECL"] == 0)
    #expect(try [0.29, 0.31].map { try photons(2, $0, phi: 90)["ggHighPt"] } == [0, 1])
    // The pair balances: no transverse momentum is left.
    #expect(try photons(2, 1.5, phi: 180)["ggHighPt"] == 0 && photons(2, 0.9, phi: 180)["ggHighPt"] == 1)
    #expect(try photons(3, 2, phi: 90)["nMaxEPhotonAcc"] == 2)
  }

  private func tracks(
    _ first: Double, _ second: Double, phi: Double = 180, theta: (Double, Double) = (90, 90),
    energy: (Double?, Double?) = (nil, nil)
  ) throws -> AssembledEvent {
    var event = try AssembledEvent()
    event.track(first, theta: theta.0, phi: 0, charge: 1, energy: energy.0)
    event.track(second, theta: theta.1, phi: phi, charge: -1, energy: energy.1)
    return event
  }

  @Test("Legs of Bhabhas by cluster energy, momentum and angles")
  func legs() throws {
    // E* is the cluster's energy scaled by p*/p: the given fraction of p*.
    func both(_ high: Double, _ low: Double, phi: Double = 178, theta: Double = 90) throws -> AssembledEvent {
      try tracks(5, 5, phi: phi, theta: (90, theta), energy: (high / 5, low / 5))
    }
    #expect(try both(4.6, 3.1)["ee2leg"] == 1 && both(4.4, 3.1)["ee2leg"] == 0 && both(4.6, 2.9)["ee2leg"] == 0)
    #expect(try both(4.6, 3.1, phi: 174)["ee2leg"] == 0 && both(4.6, 3.1, theta: 106)["ee2leg"] == 0)
    #expect(try both(4.6, 3.1, theta: 104)["ee2leg"] == 1)
    #expect(try both(4.6, 0)["ee1leg"] == 1 && both(4.4, 0)["ee1leg"] == 0)
    #expect(try [2.9, 3.1].map { try tracks(5, $0, energy: (0.95, nil))["ee1leg1trk"] } == [0, 1])
    #expect(try [0.79, 0.81].map { try tracks(5, 2, energy: (0.95, $0))["ee1leg1e"] } == [0, 1])
    #expect(try both(4.6, 2.9)["ee1leg1clst"] == 0)
    var acoplanar = try both(4.8, 4.0, phi: 175.5)
    #expect(acoplanar["ee2clst"] == 1 && acoplanar["ee1leg1clst"] == 1)
    acoplanar.clusters[0].energy *= 0.5
    #expect(acoplanar["ee1leg1clst"] == 0)
  }

  @Test("Muon pairs, single muons and two-photon pairs")
  func muons() throws {
    func single(_ momentum: Double, _ energy: Double?) throws -> Double {
      var event = try AssembledEvent()
      event.track(momentum, theta: 90, phi: 0, charge: 1, energy: energy.map { $0 / event.beams.total.energy })
      return event["singleMuon"]
    }
    #expect(try single(2.9, 0.5) == 0 && single(3.1, 0.5) == 1 && single(3.1, nil) == 0)
    #expect(try tracks(3.1, 2.6, energy: (0.05, nil))["selectmumu"] == 1)
    #expect(try tracks(2.9, 2.6, energy: (0.05, nil))["selectmumu"] == 0)
    #expect(try tracks(3.1, 2.4, energy: (0.05, nil))["selectmumu"] == 0)
    #expect(try tracks(3.1, 2.6)["selectmumu"] == 0)
    #expect(try [164, 166].map { try tracks(3.1, 2.6, phi: $0, energy: (0.05, nil))["selectmumu"] } == [0, 1])
    #expect(try [4.4, 4.6].map { try tracks($0, 4)["muonPairV"] } == [0, 1])
    #expect(try [174, 176].map { try tracks(5, 5, phi: $0)["muonPairV"] } == [0, 1])
    #expect(try [84, 86, 94, 96].map { try tracks(5, 5, phi: 178, theta: (90, $0))["muonPairV"] } == [0, 1, 1, 0])
    // Both forward by the same angle: what is missing goes along the beams.
    func soft(_ momentum: Double, phi: Double, theta: Double = 60) throws -> Double {
      try tracks(momentum, momentum, phi: phi, theta: (theta, theta))["eexx"]
    }
    #expect(try soft(1.1, phi: 170) == 1 && soft(1.3, phi: 170) == 0)
    #expect(try soft(1.9, phi: 176) == 1 && soft(2.1, phi: 176) == 0)
    #expect(try soft(1.1, phi: 149) == 0)
    #expect(try soft(1.1, phi: 170, theta: 89) == 0)
  }

  @Test("Cosmic muons: exactly two tracks back to back in the laboratory, away from the interaction point")
  func cosmic() throws {
    func make(z0: Float = 10, d0: Float = 5, pT: Double = 2, opening: Double = 0, third: Bool = false) throws -> Double
    {
      var event = try AssembledEvent()
      let up = Vector3(length: pT / 0.95, theta: 1.25, phi: 1.5)
      let down = Vector3(length: pT / 0.95, theta: Double.pi - 1.25, phi: 1.5 - Double.pi + opening * Units.degree)
      event.tracks = [AssembledEvent.track(up, charge: 1), AssembledEvent.track(down, charge: -1)]
      for index in event.tracks.indices {
        event.tracks[index].z0 = z0
        event.tracks[index].d0 = d0
        event.tracks[index].chamberHits = 20
      }
      if third { event.track(1, theta: 90, phi: 200, charge: 1) }
      return event["cosmic"]
    }
    #expect(try make() == 1 && make(third: true) == 0)
    #expect(try make(opening: 1.9) == 1 && make(opening: 2.1) == 0)
    #expect(try make(pT: 0.49) == 0 && make(pT: 0.51) == 1)
    #expect(try make(z0: 58) == 0 && make(z0: 58, d0: 27) == 1 && make(z0: 56) == 1)
  }
}
