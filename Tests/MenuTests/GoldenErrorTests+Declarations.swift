extension GoldenErrorTests {
  /// Wrong menus and what the checker says about them: prescales, seeds, definitions, included files and YAML itself.
  static let declarations: [(menu: String, messages: [String])] = [
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
}
