import Foundation
import Kinematics
import Statistics
import Testing

@Suite("Angles without the C library") struct PortableAnglesTests {
  @Test("Functions agree with the C library to a few units in the last place")
  func agreement() {
    var random = CounterRandom(seed: 1, purpose: .propagation)
    for _ in 0..<20_000 {
      let angle = random.uniform(-50, 50)
      let (sine, cosine) = PortableAngles.sineCosine(angle)
      #expect(abs(sine - sin(angle)) < 1e-14 && abs(cosine - cos(angle)) < 1e-14)
      let x = random.uniform(-3, 3)
      let y = random.uniform(-3, 3)
      #expect(abs(PortableAngles.azimuth(y: y, x: x) - atan2(y, x)) < 1e-15 * 4)
      let number = random.uniform(-1, 1)
      #expect(abs(PortableAngles.arcSine(number) - asin(number)) < 1e-15)
      let wrapped = PortableAngles.wrapped(angle)
      #expect(abs(wrapped) <= Double.pi && abs(sin(wrapped) - sin(angle)) < 1e-13)
    }
  }

  @Test("Special points and wild values")
  func edges() {
    #expect(PortableAngles.azimuth(y: 0, x: 0) == 0)
    #expect(PortableAngles.azimuth(y: 0, x: -1) == Double.pi)
    #expect(PortableAngles.azimuth(y: 1, x: 0) == 0.5 * Double.pi)
    #expect(PortableAngles.sineCosine(.infinity).sine.isNaN)
    #expect(PortableAngles.sineCosine(1e300).sine.isNaN)
    #expect(PortableAngles.sineCosine(.nan).sine.isNaN)
  }
}
