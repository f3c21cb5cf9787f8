import Menu

/// Bits of displaced tracks and their vertices.
extension Level1Evidence {
  /// The displaced tracks with their axial segments.
  var displacedTracks: [Explanation] {
    let tracks = primitives.displacedTracks
    return (tracks.promptCount..<max(tracks.count, tracks.promptCount)).map { displacedTrack($0) }
  }

  private func displacedTrack(_ index: Int) -> Explanation {
    let tracks = primitives.displacedTracks
    return Explanation(
      text: "displaced track \(index - tracks.promptCount + 1): pT "
        + "\(EvidenceText.gigaelectronvolts(tracks.transverseMomentum(index))), phi0 "
        + "\(EvidenceText.degrees(tracks.phi0[index])), chi square "
        + EvidenceText.fixed(Double(tracks.chiSquare[index]), 1),
      value: "d0 " + EvidenceText.centimetres(tracks.d0[index]),
      children: (0..<5).compactMap { axial in
        let number = Int(tracks.segments[index * 5 + axial])
        return number >= 0 ? segment(number, HoughPlane.axialSuperLayers[axial]) : nil
      })
  }

  /// The pairs of displaced tracks that make a vertex, and the tracks.
  func vertices(_ name: String) -> [Explanation] {
    let pairs = primitives.displacedPairs
    let selection: DisplacedVertexLogic.Selection = name == "dv" ? .standard : .tight
    let accepted = (0..<pairs.count).filter { selection.accepts(pairs, $0) }.map { pair in
      Explanation(
        text: "vertex at this distance from the beam line: pT "
          + "\(EvidenceText.gigaelectronvolts(pairs.transverseMomentum[pair])), opening angle "
          + "\(EvidenceText.degrees(pairs.openingAngle[pair])), pointing angle "
          + "\(EvidenceText.degrees(pairs.pointingAngle[pair])), |d0| "
          + "\(EvidenceText.centimetres(pairs.smallerD0[pair])) and \(EvidenceText.centimetres(pairs.largerD0[pair]))",
        value: EvidenceText.centimetres(pairs.rho[pair]))
    }
    return accepted + displacedTracks
  }

  /// Displaced tracks far enough from the beam line to be matched, with all clusters or fired octants.
  func matchedDisplacedTracks(_ name: String) -> [Explanation] {
    let tracks = primitives.displacedTracks
    let far = (tracks.promptCount..<max(tracks.count, tracks.promptCount)).filter {
      abs(tracks.d0[$0]) >= DisplacedVertexLogic.matchedD0
    }
    return far.map { displacedTrack($0) } + (name == "tdecl" ? clusters : sectors("klm_hit"))
  }
}
