import Menu
import Testing

@Suite("Wrong menus are refused with place, reason and remedy")
struct GoldenErrorTests {
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

  /// Wrong menus and what the checker says about them.
  static let menus: [(menu: String, messages: [String])] = [
    (
      "",
      [
        "1:1: error: the file is empty"
      ]
    ),
    (
      "just a text\n",
      [
        "1:1: error: expected a menu as a mapping (key: value), found a single value"
      ]
    ),
    (
      """
      - a
      - list
      """,
      [
        "1:1: error: expected a menu as a mapping (key: value), found a list"
      ]
    ),
    (
      """
      menu: x
      version: seven
      level1:
        lines:
          - {name: a, bits: veto}
      """,
      [
        "2:10: error: the version 'seven' is not a whole number; expected 0 to 4294967295"
      ]
    ),
    (
      """
      version: 1
      level1:
        lines:
          - {name: a, bits: veto}
      """,
      [
        "1:1: error: the menu has no name; start it with 'menu: …'"
      ]
    ),
    (
      """
      menu: x
      level1:
        line:
          - {name: a, bits: veto}
      """,
      [
        "3:3: error: unknown key 'line' in a trigger level; did you mean 'lines'?"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescal: 2}
      """,
      [
        "4:29: error: unknown key 'prescal' in a line; did you mean 'prescale'?"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {bits: veto}
      """,
      [
        "4:7: error: the line has no name; start it with '- name: …'"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a}
      """,
      [
        "4:14: error: line 'a' has no condition; add 'when: …'; 'when: true' fires on every event"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, when: ehigh}
      """,
      [
        "4:29: error: line 'a' has both 'when:' and 'bits:'; keep one of them"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto}
          - {name: a, bits: ehigh}
      """,
      [
        "5:14: error: the line 'a' stands twice; the other is at test.yaml:4"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a b, bits: veto}
      """,
      [
        "4:14: error: 'a b' cannot be the name of a line; use letters, digits and _, at most 100 "
          + "of them, at least one letter"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: 2.5}
      """,
      [
        "4:39: error: the prescale 2.5 is not a whole number: level 1 counts events; write 3, or "
          + "prescale at the high-level trigger"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: two}
      """,
      [
        "4:39: error: the prescale 'two' is not a number; 0 = off, 1 = all, N = one in N"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: -1}
      """,
      [
        "4:39: error: the prescale -1 is negative; 0 = off, 1 = all, N = one in N"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: 0.25}
      """,
      [
        "4:39: error: the prescale 0.25 is between 0 and 1; a prescale of 4 keeps that fraction"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: [1]}
      """,
      [
        "4:39: error: expected a number, found a list"
      ]
    ),
    (
      """
      menu: x
      level1:
        budget: 30
        lines:
          - {name: a, bits: veto}
      """,
      [
        "3:11: error: the budget '30' is a plain number, expected a rate; write 30 kHz"
      ]
    ),
    (
      """
      menu: x
      level1:
        budget: 30 GeV
        lines:
          - {name: a, bits: veto}
      """,
      [
        "3:11: error: the budget '30 GeV' is an energy, expected a rate; write 30 kHz"
      ]
    ),
    (
      """
      menu: x
      level1:
        inputs: bele2
        lines:
          - {name: a, bits: veto}
      """,
      [
        "3:11: error: unknown set of inputs 'bele2'; did you mean 'belle2'?"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: energy_sum > 1 GeV}
      """,
      [
        "4:23: error: 'bits:' takes input bits and their multiplicities only, found 'energy_sum'; "
          + "use 'when:' for quantities and objects"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, after: b}
      """,
      [
        "4:29: error: unknown key 'after' in a line; the keys here are name, title, when, bits, "
          + "prescale, stream"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines: veto
      """,
      [
        "3:10: error: expected a list of lines, found a single value"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
      """,
      [
        "3:9: error: expected a list of lines, found nothing"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: alpha, bits: veto}
      high_level:
        lines:
          - {name: b, after: alpa, when: true}
      """,
      [
        "7:24: error: 'alpa' is not a level-1 line of this menu; did you mean 'alpha'?"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, bits: veto, prescale: 0}
      high_level:
        lines:
          - {name: b, after: a, when: true}
      """,
      [
        "7:24: warning: the level-1 line 'a' is off (prescale 0) and seeds nothing"
      ]
    ),
    (
      """
      menu: x
      high_level:
        mode: rejct
        lines:
          - {name: b, when: true}
      """,
      [
        "3:9: error: unknown decision mode 'rejct'; did you mean 'reject'?"
      ]
    ),
    (
      """
      menu: x
      high_level:
        reject:
          - {name: b, when: true, prescale: 10}
      """,
      [
        "4:39: warning: the reject line 'b' ignores its prescale; remove it"
      ]
    ),
    (
      """
      menu: x
      define:
        cut: veto
      level1:
        lines:
          - {name: a, bits: ehigh}
      """,
      [
        "3:3: warning: the definition 'cut' is never used"
      ]
    ),
    (
      """
      menu: x
      define:
        cut: cot and veto
        cot: cut or ehigh
      level1:
        lines:
          - {name: a, when: cut}
      """,
      [
        "4:8: error: the definition 'cut' uses itself: cut -> cot -> cut"
      ]
    ),
    (
      """
      menu: x
      define:
        veto: ehigh
        GeV: veto
        and: veto
      level1:
        lines:
          - {name: a, bits: ehigh}
      """,
      [
        "3:3: error: 'veto' already has a meaning in expressions; choose another name",
        "4:3: error: 'GeV' already has a meaning in expressions; choose another name",
        "5:3: error: 'and' cannot be the name of a definition; use letters, digits and _, starting "
          + "with a letter; not and, or, not, of, true, false",
      ]
    ),
    (
      """
      menu: x
      define:
        hard: E > 2
      level1:
        lines:
          - {name: a, when: n_clusters(hard) > 0}
          - {name: b, when: n_clusters(hard) > 1}
      """,
      [
        "3:13: error: 'E' is an energy, 2 has no unit; write 2 GeV"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - name: a
            when: >
              veto and
              (ehigh or
               thrust > 2)
      """,
      [
        "8:10: error: unknown name 'thrust'"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - name: a
            when: |
              veto and
              thrust > 2
      """,
      [
        "7:9: error: unknown name 'thrust'"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - name: a
            when: veto and
                  thrust > 2
      """,
      [
        "6:13: error: unknown name 'thrust'"
      ]
    ),
    (
      "menu: x\nlevel1:\n  lines:\n    - name: a\n      when: \"veto\\tand \\\n        thrust > 2\"\n",
      [
        "6:9: error: unknown name 'thrust'"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - name: a
            when: veto
           bits: ehigh
      """,
      [
        "6:6: error: not YAML: did not find expected '-' indicator (while parsing a block "
          + "collection that starts in line 4); check the indentation and the quotes just before"
      ]
    ),
    (
      "menu: x\nlevel1:\n\tlines:\n",
      [
        "3:1: error: not YAML: found character that cannot start any token (while scanning for the "
          + "next token that starts in line 3); indent with spaces, not with tabs"
      ]
    ),
    (
      """
      menu: x
      menu: y
      level1:
        lines:
          - {name: a, bits: ehigh}
      """,
      [
        "1:1: error: the key 'menu' stands twice in one mapping; each key stands once; in a list "
          + "every item starts with '-'"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - &a {name: a, bits: ehigh}
          - *a
      """,
      [
        "4:7: error: YAML anchors (&name) are not part of the menu language; name a condition with "
          + "define:, and write 'and' for a logical and"
      ]
    ),
    (
      """
      menu: x
      include: nothing.yaml
      level1:
        lines:
          - {name: a, bits: ehigh}
      """,
      [
        "2:10: error: cannot read the menu file 'nothing.yaml': there is no such file"
      ]
    ),
    (
      """
      menu: x
      include: test.yaml
      level1:
        lines:
          - {name: a, bits: ehigh}
      """,
      [
        "2:10: error: the file includes itself: test.yaml -> test.yaml; remove this include"
      ]
    ),
    (
      """
      menu: x
      level1:
        lines:
          - {name: a, when: thrust > 1}
          - {name: b, when: E > 1}
          - {name: c, bits: vetoo}
          - {name: d, prescale: x, bits: t3}
      """,
      [
        "4:23: error: unknown name 'thrust'",
        "5:23: error: 'E' belongs to each of the clusters, not to the event; write n_clusters(E …) "
          + ">= 1, or max(E of clusters)",
        "6:23: error: unknown name 'vetoo'; did you mean 'veto'?",
        "7:27: error: the prescale 'x' is not a number; 0 = off, 1 = all, N = one in N",
        "7:36: error: 't3' is known but not built: the 3-D track fitter is not built yet; leave it "
          + "out until it is; it is never taken as false",
      ]
    ),
    (
      """
      menu: x
      ---
      menu: y
      """,
      [
        "2:1: error: a second YAML document starts here; a menu is one document: remove '---'"
      ]
    ),
  ]

  @Test("a menu with something out of place, every place in one pass")
  func menus() {
    for (menu, messages) in Self.menus {
      #expect(TestMenus.diagnostics(menu) == messages.map { "test.yaml:\($0)" }, "\(menu)")
    }
  }

  @Test("the compiler's view shows the source line with a caret under the place")
  func rendered() {
    let menu = TestMenus.level1(when: "n_clusters(E* > 2 GeV, thta < 1 rad) >= 1")
    #expect(throws: MenuError.self) { try TestMenus.read(menu) }
    do throws(MenuError) {
      _ = try TestMenus.read(menu)
    } catch {
      #expect(
        error.rendered == """
          test.yaml:5:36: error: unknown name 'thta' in a cut on clusters
                    when: n_clusters(E* > 2 GeV, thta < 1 rad) >= 1
                                                 ^~~~
              help: did you mean 'theta'?
          1 error
          """)
    }
  }
}
