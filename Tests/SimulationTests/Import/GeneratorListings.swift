import Foundation

/// Small event listings written out by hand, and files made of them.
enum GeneratorListings {
  /// Two events of HepMC3: a tau pair whose pi0's photons inherit their vertex, and one in MEV and CM.
  static let hepmc3 = """
    HepMC::Version 3.02.05
    HepMC::Asciiv3-START_EVENT_LISTING
    W Default
    T Generator\\|1.0\\|a test
    E 0 3 7
    U GEV MM
    W 0.5
    A 0 GenCrossSection 5.39794420e+02 5.39794420e+02 -1 -1
    P 1 0 11 0.29 0 7.0 7.0060 0.000511 4
    P 2 0 -11 0.17 0 -3.99 3.9936 0.000511 4
    V -1 0 [1,2]
    P 3 -1 15 0.1 0.2 0.3 2 1.77682 2
    V -2 0 [3] @ 1 2 3 29.9792458
    P 4 -2 111 0.05 0.1 0.15 1 0.13498 2
    P 5 -2 16 0.05 0.1 0.15 1 0 1
    P 6 4 22 0.02 0.05 0.07 0.5 0 1
    P 7 4 22 0.03 0.05 0.08 0.5 0 1
    E 1 1 3
    U MEV CM
    P 1 0 11 290 0 7000 7006 0.511 4
    V -1 0 [1] @ 0.5 0 0 1
    P 2 -1 13 290 0 7000 7006 105.66 1
    P 3 -1 22 0 0 1 1 0 1
    HepMC::Asciiv3-END_EVENT_LISTING

    """

  /// One event of HepMC2 with beams and one without, in the units of old files.
  static let hepmc2 = """

    HepMC::Version 2.06.09
    HepMC::IO_GenEvent-START_EVENT_LISTING
    E 7 -1 10.58 0.1 0.0078 0 0 2 10001 10002 0 1 0.25
    N 1 "0"
    U GEV CM
    C 1.0 0.1
    F 0 0 0 0 0 0 0 0 0
    V -1 0 0 0 0 0 2 1 0
    P 10001 11 0.29 0 7.0 7.006 0.000511 4 0 0 -1 0
    P 10002 -11 0.17 0 -3.99 3.9936 0.000511 4 0 0 -1 0
    P 10003 443 0.46 0 3.01 11 3.0969 2 0 0 -2 0
    V -2 0 0.1 0.2 0.3 0.4 0 2 0
    P 10004 13 0.2 0.1 1.5 5.5 0.10566 1 0 0 0 0
    P 10005 -13 0.26 -0.1 1.51 5.5 0.10566 1 0 0 0 0
    E 8 -1 10.58 0.1 0.0078 0 0 1 0 0 0 0
    U GEV MM
    V -1 0 1 2 3 0 0 2 0
    P 1 13 0.2 0.1 1.5 5.5 0.10566 1 0 0 0 0
    P 2 -13 0.26 -0.1 1.51 5.5 0.10566 1 0 0 0 0
    HepMC::IO_GenEvent-END_EVENT_LISTING

    """

  /// A folder for the files of one test; it is removed when the value goes.
  final class Folder {
    let url: URL

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "sluice-import-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ bytes: some Sequence<UInt8>, as name: String) throws -> String {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
      return file.path
    }

    func write(_ text: String, as name: String = "events.hepmc") throws -> String {
      try write(text.utf8, as: name)
    }
  }
}
