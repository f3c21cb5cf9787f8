import Menu
import Testing

@Suite("Wrong expressions are refused with place, reason and remedy")
struct GoldenExpressionErrorTests {
  /// Wrong level-1 expressions and what the checker says about them, after `test.yaml:`.
  static let expressions: [(expression: String, message: String)] = [
    ("n_clusters(E > 2) >= 1", "5:28: error: 'E' is an energy, 2 has no unit; write 2 GeV"),
    ("energy_sum > 20 cm", "5:13: error: 'energy_sum' is an energy and '20 cm' is a length: they cannot be compared"),
    ("n_clusters(theta > 32) >= 1", "5:32: error: 'theta' is an angle, 32 has no unit; write 32 deg"),
    ("n_clusters(theta > 1.2) >= 1", "5:32: error: 'theta' is an angle, 1.2 has no unit; write 1.2 rad"),
    (
      "n_clusters(Eta > 2 GeV) >= 1",
      "5:24: error: unknown name 'Eta' in a cut on clusters; clusters have E, E*, theta, phi, time"
    ),
    (
      "n_clusters(thta > 32 deg) >= 1",
      "5:24: error: unknown name 'thta' in a cut on clusters; did you mean 'theta'?"
    ),
    ("n_cluster(E > 2 GeV) >= 1", "5:13: error: unknown count 'n_cluster'; did you mean 'n_clusters'?"),
    ("energysum > 2 GeV", "5:13: error: unknown name 'energysum'; did you mean 'energy_sum'?"),
    (
      "E > 2 GeV",
      "5:13: error: 'E' belongs to each of the clusters, not to the event; write n_clusters(E …) >= "
        + "1, or max(E of clusters)"
    ),
    (
      "n_tracks(pT* > 1 GeV) >= 1",
      "5:22: error: there is no 'pT*': 'pT' has no centre-of-mass form; write 'pT', or put a space "
        + "before * to multiply"
    ),
    (
      "t3 > 0",
      "5:13: error: 't3' is known but not built: the 3-D track fitter is not built yet; leave it out "
        + "until it is; it is never taken as false"
    ),
    (
      "t3_0 and veto",
      "5:13: error: 't3_0' is known but not built: the 3-D track fitter is not built yet; leave it "
        + "out until it is; it is never taken as false"
    ),
    (
      "n_neural_tracks(z < 1 cm) > 0",
      "5:13: error: 'neural_tracks' are known but not built: the neural track trigger is not built "
        + "yet; leave them out until they are; they are never taken as none"
    ),
    (
      "n_tracks(abs(z0) < 1 cm) > 0",
      "5:26: error: 'z0' is known but not built: 2-D tracks have no z; leave it out until it is; it "
        + "is never taken as false"
    ),
    ("energy_sum", "5:13: error: 'energy_sum' is an energy, expected a condition; compare it: energy_sum > 1 GeV"),
    ("t2", "5:13: error: 't2' is a multiplicity, expected a condition; compare it: t2 > 0"),
    ("clusters", "5:13: error: 'clusters' are objects, not a condition or a number; count them: n_clusters(…) >= 1"),
    (
      "t2 + 1 > 2",
      "5:13: error: 't2' is a multiplicity and cannot be calculated with; compare it with a whole "
        + "number: t2 > 0"
    ),
    (
      "t2 > 4",
      "5:18: error: 't2' cannot tell more than 4 apart: its last bit means 4 or more; use t2 >= 4 or "
        + "t2 < 4"
    ),
    ("t2 = 5", "5:18: error: 't2' is compared with 5, but counts from 0 to 4; use a whole number in that range"),
    (
      "clst > 1.5",
      "5:20: error: 'clst' is compared with 1.5, but counts from 0 to 15; use a whole number in that "
        + "range"
    ),
    ("t2 > energy_sum", "5:13: error: 't2' can only be compared with a whole number; t2 > 0"),
    (
      "veto > 1",
      "5:13: error: 'veto' is a condition and cannot be compared; conditions are joined with and, or, "
        + "not"
    ),
    ("veto + 1 > 2", "5:13: error: 'veto' is a condition, expected a number"),
    (
      "energy_sum + event_time > 2 GeV",
      "5:13: error: 'energy_sum' is an energy and 'event_time' is a time: they cannot be added"
    ),
    ("energy_sum + 1 > 2 GeV", "5:26: error: 'energy_sum' is an energy, 1 has no unit; write 1 GeV"),
    ("veto && ehigh", "5:18: error: '&&' is not an operator; write 'and'"),
    ("veto and", "5:21: error: the expression ends here, expected a value"),
    ("(veto and ehigh", "5:13: error: '(' is never closed; add ')' at the end of what it groups"),
    ("veto ehigh", "5:18: error: unexpected 'ehigh', expected an operator; join conditions with 'and' or 'or'"),
    ("veto and ehigh)", "5:27: error: ')' without '('; remove it"),
    ("n_clusters(E > 2 GeV", "5:23: error: '(' is never closed; add ')' at the end of what it groups"),
    ("veto or | ehigh", "5:21: error: unexpected character '|'; write 'or', or abs(…) for a magnitude"),
    ("veto => ehigh", "5:18: error: '=>' is not an operator; write '>='"),
    ("energy_sum > 1e999 GeV", "5:26: error: the number 1e999 is too large to be stored"),
    ("energy_sum > 1e60 GeV", "5:13: error: the value 1e+60 in base units is too large"),
    ("energy_sum / 0 > 1 GeV", "5:26: error: division by zero"),
    (
      "sqrt(energy_sum) > 1",
      "5:18: error: 'energy_sum' is an energy, which has no square root; take the root of a square, "
        + "or of a plain number"
    ),
    (
      "cosine(energy_sum) > 1",
      "5:13: error: unknown function 'cosine'; functions are abs, sqrt, min, max, sum, any, all, "
        + "n_clusters, n_tracks, n_neural_tracks"
    ),
    ("abs(energy_sum, 2 GeV) > 1 GeV", "5:13: error: 'abs' takes one number, found 2"),
    ("max(E) > 1 GeV", "5:13: error: 'max' does not say over which objects; write max(… of clusters)"),
    ("any(E > 1 GeV)", "5:13: error: 'any' does not say over which objects; write any(… of clusters)"),
    ("max(E of cluster) > 1 GeV", "5:22: error: unknown collection 'cluster'; did you mean 'clusters'?"),
    ("sum(E of clusters(E > 1)) > 1 GeV", "5:35: error: 'E' is an energy, 1 has no unit; write 1 GeV"),
    ("veto(1)", "5:13: error: 'veto' cannot be called; write it without brackets"),
    ("clusters(E > 1 GeV)", "5:13: error: 'clusters' cannot be called; count with n_clusters(…)"),
    (
      "mass(track, track) > 1 GeV",
      "5:13: error: unknown function 'mass'; functions are abs, sqrt, min, max, sum, any, all, "
        + "n_clusters, n_tracks, n_neural_tracks"
    ),
    (#""ehigh and (energy_sum > 3 or veto)""#, "5:38: error: 'energy_sum' is an energy, 3 has no unit; write 3 GeV"),
    (
      "!veto and ehigh",
      "5:13: error: YAML takes '!veto' at the start of a value as a tag; write 'not veto', or put the "
        + "expression in quotes"
    ),
    (
      "n_clusters(E > 2 GeV) >= 1 cm",
      "5:13: error: 'n_clusters(E > 2 GeV)' is a plain number and '1 cm' is a length: they cannot be "
        + "compared"
    ),
  ]

  @Test("an expression that means nothing, with the place where it goes wrong")
  func expressions() {
    for (expression, message) in Self.expressions {
      #expect(
        TestMenus.diagnostics(TestMenus.level1(when: expression)) == ["test.yaml:\(message)"], "\(expression)")
    }
  }
}
