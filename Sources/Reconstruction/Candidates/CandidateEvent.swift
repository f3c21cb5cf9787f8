import Detector
import EventModel
import Kinematics

/// What the finders of candidates see of an event.
struct CandidateEvent {
  /// A track as candidates need it.
  struct Track {
    /// Position in the event's list.
    var index: Int
    /// Momentum at the perigee, GeV.
    var momentum: Vector3
    var charge: Int
    /// Comes from the collision point within centimetres.
    var isPrompt: Bool
    /// Muon score above 1/2.
    var isMuon: Bool
    /// A muon, or too soft for the muon detector to tell and no electron.
    var mayBeMuon: Bool
    var isElectron: Bool
    /// Neither muon nor electron, and identified as kaon rather than pion, or not at all.
    var mayBeKaon: Bool
    /// The same of protons.
    var mayBeProton: Bool
    /// What it radiated as an electron, GeV.
    var radiated = FourVector.zero

    /// Four-momentum with a mass, that of an electron with what it radiated.
    func vector(_ mass: Double) -> FourVector {
      let vector = FourVector(momentum: momentum, mass: mass)
      return mass == Mass.electron ? vector + radiated : vector
    }
  }

  /// A photon: a cluster without a track.
  struct Photon {
    /// Position in the event's list.
    var index: Int
    var vector: FourVector
    /// Energy in the centre of mass, GeV.
    var starEnergy: Double
  }

  /// Muon score from which a track is believed.
  static let muonScore: Float = 0.5
  /// Electron score from which a track is believed.
  static let electronScore: Float = 0.5
  /// Share of the probability of a kaon, or proton, among it and the pion from which a track may be one.
  static let hadronShare: Float = 0.2
  /// Softer muons do not reach enough layers of the muon detector to be told from pions, GeV.
  static let softestIdentified = 0.75
  /// Tracks within these distances of the axis and of z = 0 are prompt, cm.
  static let promptDistance: Float = 2
  static let promptLength: Float = 4
  /// Photons are clusters above this energy, GeV, within this time, ns.
  static let smallestPhoton: Float = 0.1
  /// Photons of slow neutral pions, GeV: below, background is most of what there is.
  static let smallestSoftPhoton: Float = 0.03
  static let latestPhoton: Float = 100

  /// Centre-of-mass frame and four-momentum of the collision.
  private(set) var frame: CentreOfMassFrame
  private(set) var collision: FourVector
  private let electron: FourVector
  private(set) var tracks: [Track] = []
  /// Photons of falling E*.
  private(set) var photons: [Photon] = []
  /// Photons too soft to be among them, within their own uncertainty of the time: for slow neutral pions alone.
  private(set) var softPhotons: [Photon] = []
  private(set) var vertices: [ReconstructedVertex] = []
  /// The collision point, cm.
  private(set) var origin = Vector3.zero
  private var states: [HelixState] = []
  private var covariances: [Matrix5] = []
  private var fit = VertexFit()

  init(_ beams: Beams) {
    frame = beams.centreOfMass
    collision = beams.total
    electron = beams.electron
  }

  /// Takes a measured momentum of the collisions, GeV; their energy in the centre of mass stays that of the beams.
  mutating func setCollisionMomentum(_ momentum: Vector3) {
    let energy = frame.energy
    let total = FourVector(momentum: momentum, energy: (energy * energy + momentum.lengthSquared).squareRoot())
    guard let measured = CentreOfMassFrame(first: electron, second: total - electron) else { return }
    frame = measured
    collision = total
  }

  /// Energy of the collision in its centre of mass, GeV.
  var energy: Double { frame.energy }

  /// Loads an event.
  mutating func load(
    _ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>,
    _ vertices: ArraySlice<ReconstructedVertex>, _ identifications: ArraySlice<TrackIdentification>,
    _ radiated: ArraySlice<ReconstructedBremsstrahlung>, origin: Vector3
  ) {
    self.origin = origin
    self.tracks.removeAll(keepingCapacity: true)
    photons.removeAll(keepingCapacity: true)
    softPhotons.removeAll(keepingCapacity: true)
    self.vertices.removeAll(keepingCapacity: true)
    for vertex in vertices {
      self.vertices.append(vertex)
      // Keeps its place in the list, but nobody follows it to tracks that are not there.
      let isWhole =
        (0..<tracks.count).contains(Int(vertex.positive)) && (0..<tracks.count).contains(Int(vertex.negative))
      if !isWhole { self.vertices[self.vertices.count - 1].trackCount = 0 }
    }
    states.removeAll(keepingCapacity: true)
    covariances.removeAll(keepingCapacity: true)
    for (index, track) in tracks.enumerated() {
      let state = track.state
      states.append(state)
      covariances.append(track.covarianceMatrix)
      let isMuon = track.muon > CandidateEvent.muonScore
      let isElectron = track.electron > CandidateEvent.electronScore && !isMuon
      let momentum = state.momentum(at: 0)
      let identification = index < identifications.count ? identifications[identifications.startIndex + index] : nil
      self.tracks.append(
        Track(
          index: index, momentum: momentum, charge: track.charge,
          isPrompt: abs(track.d0) < CandidateEvent.promptDistance && abs(track.z0) < CandidateEvent.promptLength,
          isMuon: isMuon,
          mayBeMuon: isMuon || (!isElectron && momentum.length < CandidateEvent.softestIdentified),
          isElectron: isElectron,
          mayBeKaon: !isMuon && !isElectron && CandidateEvent.mayBe(.kaon, identification),
          mayBeProton: !isMuon && !isElectron && CandidateEvent.mayBe(.proton, identification)))
    }
    for (index, cluster) in clusters.enumerated() {
      if let photon = radiated.first(where: { Int($0.cluster) == index }),
        self.tracks.indices.contains(Int(photon.track)),
        self.tracks[Int(photon.track)].isElectron
      {
        self.tracks[Int(photon.track)].radiated += CandidateEvent.vector(cluster)
        continue
      }
      guard cluster.track < 0, cluster.energy > CandidateEvent.smallestSoftPhoton,
        abs(cluster.time) < CandidateEvent.latestPhoton
      else { continue }
      let isSoft = cluster.energy <= CandidateEvent.smallestPhoton
      if isSoft, abs(cluster.time) > cluster.dt99 + 10 { continue }
      let vector = CandidateEvent.vector(cluster)
      let photon = Photon(index: index, vector: vector, starEnergy: star(vector).energy)
      if isSoft { softPhotons.append(photon) } else { photons.append(photon) }
    }
    photons.sort { $0.starEnergy != $1.starEnergy ? $0.starEnergy > $1.starEnergy : $0.index < $1.index }
  }

  private static func vector(_ cluster: ReconstructedCluster) -> FourVector {
    let (st, ct) = PortableAngles.sineCosine(Double(cluster.theta))
    let (sp, cp) = PortableAngles.sineCosine(Double(cluster.phi))
    let energy = Double(cluster.energy)
    return FourVector(momentum: energy * Vector3(st * cp, st * sp, ct), energy: energy)
  }

  /// Whether a kaon or proton is at least a fourth as probable as a pion; true for a track of which no detector says anything.
  private static func mayBe(_ hypothesis: Hypothesis, _ identification: TrackIdentification?) -> Bool {
    guard let identification, !identification.detectors.isEmpty else { return true }
    let own = identification.probability(of: hypothesis)
    return own >= hadronShare * (own + identification.probability(of: .pion))
  }

  /// A four-vector in the centre of mass.
  func star(_ vector: FourVector) -> FourVector { frame.toCentreOfMass(vector) }

  /// Sum of the charges of all tracks.
  var charge: Int { tracks.reduce(0) { $0 + $1.charge } }

  /// Whether all tracks are prompt.
  var isPrompt: Bool { tracks.allSatisfy(\.isPrompt) }

  /// Sum of all tracks with one mass, GeV.
  func sum(_ mass: Double) -> FourVector { tracks.reduce(FourVector.zero) { $0 + $1.vector(mass) } }

  /// Energy of the photons that are not among some clusters, GeV.
  func extraEnergy(without clusters: SIMD4<Int16>) -> Float {
    var sum = 0.0
    for photon in photons {
      let number = Int16(truncatingIfNeeded: photon.index)
      if clusters[0] != number, clusters[1] != number, clusters[2] != number { sum += photon.vector.energy }
    }
    return Float(sum)
  }

  /// The vertex of two tracks alone; nil if they have none.
  func vertex(_ positive: Int, _ negative: Int) -> Int? {
    vertices.firstIndex {
      $0.trackCount == 2 && Int($0.positive) == positive && Int($0.negative) == negative
    }
  }

  /// Momenta of the two tracks of a vertex at the vertex, changed by its fit.
  mutating func momenta(at vertex: ReconstructedVertex) -> (positive: Vector3, negative: Vector3)? {
    let positive = Int(vertex.positive)
    let negative = Int(vertex.negative)
    guard vertex.trackCount == 2, states.indices.contains(positive), states.indices.contains(negative) else {
      return nil
    }
    fit.begin()
    fit.add(positive, states[positive], covariances[positive])
    fit.add(negative, states[negative], covariances[negative])
    guard fit.fit(from: Vector3(Double(vertex.x), Double(vertex.y), Double(vertex.z))) else { return nil }
    fit.updateMomenta()
    return (fit.momenta[0], fit.momenta[1])
  }

  /// Momentum of a track where it passes a vertex, unchanged by any fit; at the perigee without one.
  func momentum(_ track: Int, at vertex: Int?) -> Vector3 {
    guard let vertex else { return tracks[track].momentum }
    let place = vertices[vertex]
    return states[track].momentum(at: TrackAtVertex.arc(states[track], Double(place.x), Double(place.y)))
  }
}

extension ReconstructedCandidate {
  /// Sets the observables of what decays to a pair of particles of one mass.
  mutating func set(pair: FourVector, of mass: Double, as particles: PairHypothesis) {
    hypothesis = particles
    let square = pair.massSquared
    self.mass = Float(max(0, square).squareRoot())
    reducedMass = Float(max(0, square - 4 * mass * mass).squareRoot())
  }

  /// Sets what recoils against a four-vector: its squared mass, and its polar angle in the centre of mass.
  mutating func set(recoilOf vector: FourVector, in event: borrowing CandidateEvent) {
    let recoil = event.collision - vector
    recoilMassSquared = Float(recoil.massSquared)
    let star = event.star(recoil)
    recoilTheta = Float(PortableAngles.azimuth(y: star.momentum.transverse, x: star.pz))
  }

  /// Sets beam-constrained mass and energy difference of a particle that is pair-produced alone.
  mutating func set(beamConstraintsOf vector: FourVector, in event: borrowing CandidateEvent) {
    let star = event.star(vector)
    let half = 0.5 * event.energy
    beamConstrainedMass = Float(max(0, half * half - star.momentum.lengthSquared).squareRoot())
    deltaEnergy = Float(star.energy - half)
  }

  /// Sets the positive and the negative of two tracks.
  mutating func set(_ first: CandidateEvent.Track, _ second: CandidateEvent.Track) {
    positive = Int16(truncatingIfNeeded: first.charge > 0 ? first.index : second.index)
    negative = Int16(truncatingIfNeeded: first.charge > 0 ? second.index : first.index)
  }

  /// Sets the tracks after the first two.
  mutating func set(others: some Sequence<Int>) {
    for (lane, track) in others.enumerated() where lane < 4 { moreTracks[lane] = Int16(truncatingIfNeeded: track) }
  }
}
