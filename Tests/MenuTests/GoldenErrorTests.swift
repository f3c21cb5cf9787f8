import Menu
import Testing

@Suite("Wrong menus are refused with place, reason and remedy")
struct GoldenErrorTests {
  /// Wrong menus and what the checker says about them: the file, its levels and its lines.
  static let structure: [(menu: String, messages: [String])] = [
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
  ]

  @Test("a menu with something out of place, every place in one pass")
  func menus() {
    for (menu, messages) in Self.structure + Self.declarations {
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
