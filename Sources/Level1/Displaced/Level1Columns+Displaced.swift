import Menu

extension Level1Columns {
  func fillDisplacedTracks(_ columns: EventColumns, _ row: Int, _ tracks: borrowing DisplacedTracks) {
    let collection = Level1Vocabulary.Collection.displacedTracks.rawValue
    for index in tracks.promptCount..<tracks.count {
      let object = columns.appendObject(collection, row: row)
      let omega = tracks.omega[index]
      columns.setAttribute(collection, 0, object: object, to: tracks.transverseMomentum(index))
      columns.setAttribute(collection, 1, object: object, to: tracks.d0[index])
      columns.setAttribute(collection, 2, object: object, to: tracks.phi0[index])
      columns.setAttribute(collection, 3, object: object, to: omega)
      columns.setAttribute(collection, 4, object: object, to: omega > 0 ? 1 : omega < 0 ? -1 : 0)
      columns.setAttribute(collection, 5, object: object, to: tracks.chiSquare[index])
      columns.setAttribute(collection, 6, object: object, to: Float(tracks.superLayers[index].nonzeroBitCount))
      columns.setAttribute(collection, 7, object: object, to: Float(tracks.superLayers[index].trailingZeroBitCount))
    }
  }

  func fillDisplacedPairs(_ columns: EventColumns, _ row: Int, _ pairs: borrowing DisplacedPairs) {
    let collection = Level1Vocabulary.Collection.displacedPairs.rawValue
    for index in 0..<pairs.count {
      let object = columns.appendObject(collection, row: row)
      columns.setAttribute(collection, 0, object: object, to: pairs.rho[index])
      columns.setAttribute(collection, 1, object: object, to: pairs.openingAngle[index])
      columns.setAttribute(collection, 2, object: object, to: pairs.pointingAngle[index])
      columns.setAttribute(collection, 3, object: object, to: pairs.transverseMomentum[index])
      columns.setAttribute(collection, 4, object: object, to: pairs.smallerD0[index])
      columns.setAttribute(collection, 5, object: object, to: pairs.largerD0[index])
      columns.setAttribute(collection, 6, object: object, to: pairs.chiSquare[index])
      columns.setAttribute(collection, 7, object: object, to: Float(pairs.sharedSuperLayers[index]))
      columns.setAttribute(collection, 8, object: object, to: pairs.canBeNeutral[index] ? 1 : 0)
      columns.setAttribute(collection, 9, object: object, to: pairs.startsLate[index] ? 1 : 0)
    }
  }
}
